import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tally } from './tally.js';
import { program, projectsWith, root } from './workspace.js';

/** What of Jest's JSON report is counted; a test file that cannot be loaded has no tests that fail. */
interface JestReport {
  numPassedTests: number;
  numFailedTests: number;
  numRuntimeErrorTestSuites: number;
}

/** One Jest run over all projects, its output shown as it comes. Arguments go to Jest: patterns, `-t name`… */
export async function runTests(args: readonly string[]): Promise<Tally> {
  const folder = await mkdtemp(join(tmpdir(), 'attune-tests-'));
  try {
    return await runJest(args, join(folder, 'report.json'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function runJest(args: readonly string[], reportFile: string): Promise<Tally> {
  const workers = Math.max(2, availableParallelism() - 1);
  const settings = ['--json', `--outputFile=${reportFile}`, `--maxWorkers=${workers}`];
  const jest = spawn(
    program('jest'),
    ['--projects', ...projectsWith('jest.config.cjs'), ...settings, ...args],
    {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  const stop = () => void jest.kill('SIGTERM');
  process.on('SIGTERM', stop);
  await once(jest, 'close');
  process.off('SIGTERM', stop);
  const report = await readFile(reportFile, 'utf8').catch(() => undefined);
  if (report === undefined) return { passed: 0, failed: 1 };
  const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(report) as JestReport;
  return { passed: numPassedTests, failed: numFailedTests + numRuntimeErrorTestSuites };
}
