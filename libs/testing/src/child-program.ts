import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { waitUntil } from './wait-until.js';

export interface ProgramOptions {
  /** Added to this process's environment; undefined removes. */
  env?: Readonly<Record<string, string | undefined>>;
  cwd?: string;
}

export interface ProgramEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A real child process with its output kept. */
export interface ChildProgram {
  readonly pid: number;
  readonly ended: Promise<ProgramEnd>;
  stdout(): string;
  stderr(): string;
  /** Resolves with the match once standard output or standard error holds it; fails when the program ends before. */
  outputs(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray>;
  signal(signal: NodeJS.Signals): void;
  closeStdin(): void;
  /** Ends the program at once, if it still runs. For afterEach. */
  kill(): Promise<void>;
}

export function startProgram(
  command: string,
  args: readonly string[] = [],
  options: ProgramOptions = {},
): ChildProgram {
  const child = spawn(command, args, {
    env: { ...process.env, ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    stdio: 'pipe',
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  child.stdin.on('error', () => {});

  let end: ProgramEnd | undefined;
  const ended = once(child, 'close').then(([code, signal]): ProgramEnd => (end = { code, signal }));
  const shown = () => `${output.stdout}${output.stderr}`;

  return {
    pid: child.pid ?? 0,
    ended,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    outputs: async (pattern, timeoutMs = 20_000) => {
      const found = () => pattern.exec(shown());
      const message = () => `${pattern} in the output of ${command}:\n${shown()}`;
      await waitUntil(() => end !== undefined || found() !== null, { timeoutMs, message });
      const match = found();
      if (match === null)
        throw new Error(`${command} ended (${end?.code ?? end?.signal}) without ${message()}`);
      return match;
    },
    signal: (signal) => void child.kill(signal),
    closeStdin: () => void child.stdin.end(),
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Runs a TypeScript file from source, with our packages read from source as well. */
export function startTypeScript(
  file: string,
  args: readonly string[] = [],
  options: ProgramOptions = {},
): ChildProgram {
  return startProgram(
    process.execPath,
    ['--enable-source-maps', '--conditions=@attune/source', '--import', 'tsx', file, ...args],
    options,
  );
}
