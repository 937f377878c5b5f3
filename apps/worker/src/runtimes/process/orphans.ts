import { readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

const prefix = 'attune-worker-';

/** How the name of this worker's directory begins: others see by it whether the worker is alive. */
export const workerDirectory = `${prefix}${process.pid}-`;

/**
 * Removes the directories of workers that were killed, and ends the programs they left running: their executions
 * were given to others when the lease was over.
 */
export function removeOrphans(root: string): void {
  const orphans = readdirSync(root)
    .filter((name) => name.startsWith(prefix) && !isRunning(Number(name.slice(prefix.length).split('-')[0])))
    .map((name) => join(root, name))
    .filter(isOurs);
  if (orphans.length > 0) endPrograms(orphans);
  for (const directory of orphans) rmSync(directory, { recursive: true, force: true });
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function isOurs(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.uid === process.getuid?.();
}

/** A program is known by its home directory. Only Linux shows the environment of others. */
function endPrograms(directories: readonly string[]): void {
  for (const pid of processes()) {
    const environment = environmentOf(pid);
    if (!directories.some((directory) => environment.includes(`\0HOME=${directory}/`))) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // it has ended meanwhile
    }
  }
}

function processes(): number[] {
  try {
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => Number.isInteger(pid) && pid !== process.pid);
  } catch {
    return [];
  }
}

/** Each variable after a NUL; nothing for processes of others. */
function environmentOf(pid: number): string {
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, 'utf8')}`;
  } catch {
    return '';
  }
}
