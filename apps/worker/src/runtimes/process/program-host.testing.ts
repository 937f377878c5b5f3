/// <reference types="jest" />
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { baseEnvironment } from './environment.js';
import type { ProgramHost } from './process.runtime.js';
import { openRunFiles } from './run-files.js';

export interface TestHost extends ProgramHost {
  /** Where the runs' own directories are. */
  readonly workDir: string;
}

/** What process runtimes need of a worker, for the tests of one file. `packs` gives directories by ref. */
export function useProgramHost(
  values: Partial<ProgramHost> & { packs?: Record<string, string> } = {},
): TestHost {
  const { packs = {}, ...settings } = values;
  const workDir = mkdtempSync(join(tmpdir(), 'worker-test-'));
  const files = openRunFiles({ workDir });
  afterAll(async () => {
    await files.close();
    rmSync(workDir, { recursive: true, force: true });
  });
  return {
    workDir,
    files,
    baseEnv: baseEnvironment(process.env),
    workerEnv: { ATTUNE_API_URL: 'http://127.0.0.1:1' },
    killGraceMs: 300,
    streamBytes: 1024 * 1024,
    packDirectory: async (ref) => packs[ref],
    ...settings,
  };
}
