import { realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { errorMessage } from '@attune/domain';
import { encodeParameters } from './encode-parameters.js';
import type { Ending, RunControl, RunRequest, Runtime, StopReason } from '../runtime.js';
import { forbiddenVariables, programEnvironment } from './environment.js';
import type { CommandLine, ProgramKind } from './program-kind.js';
import { startProgram } from './program.js';
import type { Program, RunningProgram } from './program.js';
import { readOutput } from './read-output.js';
import type { RunDirectory, RunFiles } from './run-files.js';

/** What the process runtimes of a worker share. */
export interface ProgramHost {
  readonly files: RunFiles;
  /** PATH, LANG and TZ of programs. */
  readonly baseEnv: Readonly<Record<string, string>>;
  /** Variables that are the same for every program. */
  readonly workerEnv: Readonly<Record<string, string>>;
  readonly killGraceMs: number;
  readonly streamBytes: number;
  /** Directory of an installed pack; undefined when the pack has no files here. */
  packDirectory(packRef: string): Promise<string | undefined>;
}

/**
 * Runs each attempt in a fresh process: parameters on standard input or in a file, never in arguments or
 * environment; the whole process group ends with the run.
 */
export function createProcessRuntime(kind: ProgramKind, host: ProgramHost): Runtime {
  return {
    name: kind.name,
    version: kind.version,
    run: async (request, control) => {
      let directory: RunDirectory | undefined;
      try {
        directory = host.files.openRun();
        const program = await prepare(kind, request, { host, directory });
        if (control.signal.aborted) return { exitCode: null, error: 'it was ended before it started' };
        return await runProgram(program, host, control);
      } catch (error) {
        return { exitCode: null, error: `cannot start ${request.actionRef}: ${errorMessage(error)}` };
      } finally {
        void directory?.remove();
      }
    },
  };
}

interface Place {
  host: ProgramHost;
  directory: RunDirectory;
}

async function prepare(kind: ProgramKind, request: RunRequest, place: Place): Promise<Program> {
  const { host, directory } = place;
  const forbidden = forbiddenVariables(request.envVars);
  if (forbidden.length > 0) throw new Error(`env_vars may not set ${forbidden.join(', ')}`);
  const packDirectory = await host.packDirectory(request.packRef);
  const commandLine = await commandLineOf(kind, request, { directory, packDirectory });
  const env = programEnvironment(request, {
    base: host.baseEnv,
    scratch: directory.scratch,
    runtime: kind.environment?.(packDirectory) ?? {},
    worker: host.workerEnv,
  });
  const cwd = request.inline ? directory.scratch : (packDirectory ?? directory.scratch);
  return { ...commandLine, cwd, ...deliver(request, env, directory) };
}

function commandLineOf(
  kind: ProgramKind,
  request: RunRequest,
  { directory, packDirectory }: { directory: RunDirectory; packDirectory: string | undefined },
): CommandLine | Promise<CommandLine> {
  if (!request.inline) return packFile(request, packDirectory).then((path) => kind.file(path));
  if (kind.inline === undefined) throw new Error(`the ${kind.name} runtime runs files, not scripts`);
  return kind.inline(request, directory);
}

/** Links are followed: whatever they say, the file that runs is one of the pack's. */
async function packFile({ packRef, entrypoint }: RunRequest, packDirectory?: string): Promise<string> {
  if (packDirectory === undefined) throw new Error(`the files of pack ${packRef} are not on this worker`);
  const pack = await realpath(packDirectory);
  const file = await realpath(join(pack, 'actions', entrypoint)).catch(() => undefined);
  if (file?.startsWith(pack + sep) === true) return file;
  throw new Error(`pack ${packRef} has no file actions/${entrypoint}`);
}

function deliver(
  request: RunRequest,
  env: Readonly<Record<string, string>>,
  directory: RunDirectory,
): Pick<Program, 'env' | 'stdin'> {
  const text = encodeParameters(request);
  if (request.parameterDelivery === 'stdin') return { env, stdin: text };
  return { env: { ...env, ATTUNE_PARAMETER_FILE: directory.write('parameters', text) }, stdin: '' };
}

async function runProgram(program: Program, host: ProgramHost, control: RunControl): Promise<Ending> {
  const running = await startProgram(program, host.files);
  const settings = { limit: host.streamBytes, output: control.output };
  const stdout = readOutput('stdout', running.stdout, settings);
  const stderr = readOutput('stderr', running.stderr, settings);
  const stopWatching = stopOnAbort(running, control.signal, host.killGraceMs);
  try {
    const { exitCode, signal } = await running.exited;
    await Promise.all([stdout.finish(), stderr.finish()]);
    return {
      exitCode,
      ...(signal === null ? {} : { signal }),
      stdout: stdout.capture.text(),
      stderr: stderr.capture.text(),
      truncated: stdout.capture.dropped + stderr.capture.dropped > 0,
    };
  } finally {
    stopWatching();
    running.stdout.destroy();
    running.stderr.destroy();
  }
}

/** Lost runs get no grace: their next attempt may have started elsewhere. */
function stopOnAbort(running: RunningProgram, signal: AbortSignal, graceMs: number): () => void {
  let grace: NodeJS.Timeout | undefined;
  const stop = (): void => {
    const reason = signal.reason as StopReason;
    if (reason === 'lost' || reason === 'shutdown') return running.signalGroup('SIGKILL');
    running.signalGroup('SIGTERM');
    grace = setTimeout(() => running.signalGroup('SIGKILL'), graceMs);
  };
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  return () => {
    signal.removeEventListener('abort', stop);
    clearTimeout(grace);
  };
}
