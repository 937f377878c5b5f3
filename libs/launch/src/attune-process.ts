import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const workspace = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const outputLimit = 256 * 1024;

export interface ProcessOptions {
  /** Environment on top of a clean base (PATH, HOME, locale); the caller's other variables are not inherited. */
  env: Record<string, string>;
  /** Health endpoint to wait for; the process is ready when it answers 200. */
  readyUrl: string;
  readyTimeoutMs?: number;
  /** Runs what `nx build` made, as images do, instead of the sources. */
  built?: boolean | undefined;
}

export interface ExitInfo {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** One Attune app as a child process. It ends when its parent does: the app watches its standard input. */
export interface AttuneProcess {
  readonly app: string;
  readonly pid: number;
  readonly exited: Promise<ExitInfo>;
  /** The last 256 KiB of standard output and standard error together. */
  output(): string;
  /** Resolves when the process answers its health check; rejects with its output when it exits before. */
  ready(): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** SIGTERM, and SIGKILL when the process is still there after the deadline. */
  stop(deadlineMs?: number): Promise<ExitInfo>;
}

export function startProcess(app: string, options: ProcessOptions): AttuneProcess {
  const child = spawn(process.execPath, entryPoint(app, options.built ?? false), {
    cwd: workspace,
    env: { ...baseEnvironment(), ATTUNE_EXIT_WITH_PARENT: 'true', ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const tail = keepTail(child);
  const exited = once(child, 'exit').then(([code, signal]): ExitInfo => ({ code, signal }));
  child.stdin.on('error', () => undefined);

  return {
    app,
    pid: child.pid ?? 0,
    exited,
    output: tail,
    ready: () => waitUntilReady(app, { options, exited, output: tail }),
    kill: (signal) => void child.kill(signal),
    stop: (deadlineMs = 15_000) => stopChild(child, exited, deadlineMs),
  };
}

function entryPoint(app: string, built: boolean): string[] {
  const folder = join(workspace, 'apps', app);
  if (built) return ['--enable-source-maps', join(folder, 'dist', 'main.js')];
  const main = join(folder, 'src', 'main.ts');
  return ['--enable-source-maps', '--conditions=@attune/source', '--import', 'tsx', main];
}

function baseEnvironment(): Record<string, string> {
  const names = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TMPDIR', 'SYSTEMROOT', 'NODE_OPTIONS'];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function keepTail(child: ChildProcess): () => string {
  let tail = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8');
    stream?.on('data', (chunk: string) => {
      tail = (tail + chunk).slice(-outputLimit);
    });
  }
  return () => tail;
}

interface Waiting {
  options: ProcessOptions;
  exited: Promise<ExitInfo>;
  output: () => string;
}

async function waitUntilReady(app: string, { options, exited, output }: Waiting): Promise<void> {
  let gone: ExitInfo | undefined;
  void exited.then((info) => (gone = info));
  const until = Date.now() + (options.readyTimeoutMs ?? 60_000);
  while (!(await answersOk(options.readyUrl))) {
    if (gone) throw new Error(`${app} ended before it was ready (${describeExit(gone)}):\n${output()}`);
    if (Date.now() > until)
      throw new Error(`${app} was not ready in time at ${options.readyUrl}:\n${output()}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

async function answersOk(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}

function describeExit({ code, signal }: ExitInfo): string {
  return signal ? `signal ${signal}` : `exit code ${code}`;
}

async function stopChild(
  child: ChildProcess,
  exited: Promise<ExitInfo>,
  deadlineMs: number,
): Promise<ExitInfo> {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), deadlineMs);
  const info = await exited;
  clearTimeout(timer);
  return info;
}
