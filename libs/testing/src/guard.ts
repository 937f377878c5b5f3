import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/**
 * Ends a server and removes its folders when this process ends without having done so, also by SIGKILL: a shell
 * waits for the end of the pipe it shares with us. The returned function ends the watch.
 */
export function guard(pid: number, folders: readonly string[]): () => void {
  if (process.platform === 'win32') return () => {};
  const script = 'cat; kill -9 "$1"; shift; rm -rf "$@"';
  const shell = spawn('sh', ['-c', script, 'guard', String(pid), ...folders], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.unref();
  (shell.stdin as Socket).unref();
  return () => void shell.kill('SIGKILL');
}
