import { closeSync, mkdirSync, mkdtempSync, openSync, rmdirSync, unlinkSync, writeSync } from 'node:fs';
import { accessSync, constants, writeFileSync } from 'node:fs';
import { rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeOrphans, workerDirectory } from './orphans.js';
import { createPipePool } from './pipe-pool.js';
import type { PipePool } from './pipe-pool.js';

/** A file system in memory on Linux: parameters never reach a disk. */
const sharedMemory = '/dev/shm';

export interface RunFilesOptions {
  /** Where programs get their own directories; default: the system's directory for temporary files. */
  readonly workDir?: string | undefined;
}

/** The files of one run. Nobody but this user can read them. */
export interface RunDirectory {
  /** Home and temporary files of the program. */
  readonly scratch: string;
  /** Writes a file that the program may only read; in memory where there is such a file system. */
  write(name: string, content: string): string;
  /** Removes everything; what cannot be removed now is when the worker stops. */
  remove(): Promise<void>;
}

export interface RunFiles {
  readonly pipes: PipePool;
  /** A file descriptor that reads `text`; it belongs to the caller. */
  openInput(text: string): number;
  openRun(): RunDirectory;
  close(): Promise<void>;
}

/** Makes this worker's directories and removes what killed workers left. */
export function openRunFiles({ workDir = tmpdir() }: RunFilesOptions): RunFiles {
  const memoryDir = isWritable(sharedMemory) ? sharedMemory : workDir;
  for (const root of new Set([memoryDir, workDir])) removeOrphans(root);
  const memory = mkdtempSync(join(memoryDir, workerDirectory));
  const disk = mkdtempSync(join(workDir, workerDirectory));
  let opened = 0;
  return {
    pipes: createPipePool(memory),
    openInput: (text) => openInput(join(memory, `input-${++opened}`), text),
    openRun: () => openRun(memory, disk, `run-${++opened}`),
    close: async () => {
      await Promise.all([removeAll(memory), removeAll(disk)]);
    },
  };
}

function openInput(path: string, text: string): number {
  const fd = openSync(path, 'wx+', 0o600);
  try {
    unlinkSync(path);
    writeAll(fd, Buffer.from(text));
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** At explicit positions: the program reads from the file's beginning. */
function writeAll(fd: number, content: Buffer): void {
  for (let written = 0; written < content.length;)
    written += writeSync(fd, content, written, content.length - written, written);
}

function openRun(memory: string, disk: string, name: string): RunDirectory {
  const [secret, scratch] = [join(memory, name), join(disk, name)];
  const written: string[] = [];
  mkdirSync(scratch, { mode: 0o700 });
  return {
    scratch,
    write: (file, content) => {
      if (written.length === 0) mkdirSync(secret, { mode: 0o700 });
      const path = join(secret, file);
      writeFileSync(path, content, { mode: 0o400, flag: 'wx' });
      written.push(path);
      return path;
    },
    remove: async () => {
      for (const path of written) unlinkSync(path);
      if (written.length > 0) rmdirSync(secret);
      await removeScratch(scratch);
    },
  };
}

/** Most programs leave nothing behind, and then removing the directory is all there is to do. */
function removeScratch(directory: string): Promise<void> {
  return rmdir(directory).catch(() => removeAll(directory));
}

/** A process that escaped its group may still write there; nothing depends on the removal. */
function removeAll(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true, maxRetries: 1 }).catch(() => undefined);
}

function isWritable(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
