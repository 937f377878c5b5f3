import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const limitMs = 10_000;

/** An interpreter by its real path: the name on PATH may be a wrapper that costs more than the program it starts. */
export interface Interpreter {
  readonly path: string;
  readonly version: string;
}

type Env = Readonly<Record<string, string>>;

export function findPython(env: Env): Promise<Interpreter | undefined> {
  const answer = 'import platform, sys; print(sys.executable); print(platform.python_version())';
  return ask('python3', ['-c', answer], env);
}

export function findNode(env: Env): Promise<Interpreter | undefined> {
  return ask('node', ['-p', String.raw`process.execPath + '\n' + process.versions.node`], env);
}

/** Undefined when there is none that answers. */
async function ask(command: string, args: readonly string[], env: Env): Promise<Interpreter | undefined> {
  try {
    const { stdout } = await run(command, args, { env, timeout: limitMs });
    const [path = '', version = ''] = stdout.trim().split('\n');
    return path === '' || version === '' ? undefined : { path, version };
  } catch {
    return undefined;
  }
}
