import { execFile } from 'node:child_process';
import { closeSync, constants, openSync, unlinkSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** FIFOs made by one call of mkfifo: enough for 64 runs. */
const perRefill = 128;

/** One pipe: we read what a program writes to `writeEnd`. */
export interface Pipe {
  readonly reader: Socket;
  /** For the program; close it here once the program has it. */
  readonly writeEnd: number;
}

export interface PipePool {
  take(): Promise<Pipe>;
}

/**
 * Real pipes for the output of programs. The "pipes" of child_process are sockets, which cannot be opened by name:
 * with them `echo … > /dev/stderr`, everyday shell, fails. Node offers no other way to a pipe than a FIFO on a file
 * system; each is removed from there as soon as it is open.
 */
export function createPipePool(directory: string): PipePool {
  const ready: string[] = [];
  let made = 0;
  let refill: Promise<void> | undefined;

  const fill = async (): Promise<void> => {
    const paths = Array.from({ length: perRefill }, () => join(directory, `pipe-${++made}`));
    await run('mkfifo', ['-m', '600', ...paths]);
    ready.push(...paths);
  };

  return {
    take: async () => {
      for (;;) {
        const path = ready.pop();
        if (path !== undefined) return openPipe(path);
        await (refill ??= fill().finally(() => (refill = undefined)));
      }
    },
  };
}

/** The reader comes first and does not wait: a FIFO without one would keep the writer from opening. */
function openPipe(path: string): Pipe {
  const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const writeEnd = openSync(path, constants.O_WRONLY);
    unlinkSync(path);
    return { writeEnd, reader: new Socket({ fd: readEnd, readable: true, writable: false }) };
  } catch (error) {
    closeSync(readEnd);
    throw error;
  }
}
