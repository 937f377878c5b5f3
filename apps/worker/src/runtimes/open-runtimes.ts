import type { Db } from '@attune/db';
import type { BuiltinRuntime } from '@attune/domain';
import type { WorkerConfig } from '../config.js';
import { findNode, findPython } from './find-interpreter.js';
import { createHttpRuntime } from './http/http.runtime.js';
import type { HttpRuntimeOptions } from './http/http.runtime.js';
import { noopRuntime } from './noop.runtime.js';
import { baseEnvironment, workerEnvironment } from './process/environment.js';
import { nativePrograms } from './process/native.program.js';
import { nodejsPrograms } from './process/nodejs.program.js';
import { packDirectories } from './process/pack-directories.js';
import { createProcessRuntime } from './process/process.runtime.js';
import type { ProgramHost } from './process/process.runtime.js';
import type { ProgramKind } from './process/program-kind.js';
import { pythonPrograms } from './process/python.program.js';
import { openRunFiles } from './process/run-files.js';
import { shellPrograms } from './process/shell.program.js';
import type { Runtime } from './runtime.js';

export interface OpenRuntimes {
  readonly byName: ReadonlyMap<string, Runtime>;
  /** Removes the files of runs. */
  close(): Promise<void>;
}

/** Opens those of the wanted runtimes that this machine can run. */
export async function openRuntimes(
  { worker, packs }: WorkerConfig,
  { db, env }: { db: Db; env: Readonly<Record<string, string | undefined>> },
): Promise<OpenRuntimes> {
  const files = openRunFiles({ workDir: worker.work_dir });
  const host: ProgramHost = {
    files,
    baseEnv: baseEnvironment(env),
    workerEnv: workerEnvironment(worker),
    killGraceMs: worker.kill_grace_ms,
    streamBytes: worker.stream_bytes,
    packDirectory: packDirectories(db, packs.directories),
  };
  const http = { blockPrivate: worker.http.block_private, responseBytes: worker.http.response_bytes };
  const opened = await Promise.all(worker.runtimes.map((name) => openers[name]({ host, http })));
  const offered = opened.filter((runtime) => runtime !== undefined);
  return { byName: new Map(offered.map((runtime) => [runtime.name, runtime])), close: () => files.close() };
}

interface Settings {
  readonly host: ProgramHost;
  readonly http: HttpRuntimeOptions;
}

type Opener = (settings: Settings) => Promise<Runtime | undefined>;

const openers: Record<BuiltinRuntime, Opener> = {
  shell: programs(async () => shellPrograms),
  python: programs(async ({ baseEnv }) => interpreted(await findPython(baseEnv), pythonPrograms)),
  nodejs: programs(async ({ baseEnv }) => interpreted(await findNode(baseEnv), nodejsPrograms)),
  native: programs(async () => nativePrograms),
  http: async ({ http }) => createHttpRuntime(http),
  noop: async () => noopRuntime,
};

function programs(find: (host: ProgramHost) => Promise<ProgramKind | undefined>): Opener {
  return async ({ host }) => {
    const kind = await find(host);
    return kind === undefined ? undefined : createProcessRuntime(kind, host);
  };
}

function interpreted<I>(
  found: I | undefined,
  kind: (interpreter: I) => ProgramKind,
): ProgramKind | undefined {
  return found === undefined ? undefined : kind(found);
}
