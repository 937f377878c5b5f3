import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { RunFiles } from './run-files.js';

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** All of its environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: string;
}

export interface ProgramExit {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface RunningProgram {
  readonly stdout: Socket;
  readonly stderr: Socket;
  /** Rejects when it could not be started. When it resolves, the whole process group is gone. */
  readonly exited: Promise<ProgramExit>;
  /** Signals the process group; nothing happens after the exit. */
  signalGroup(signal: NodeJS.Signals): void;
}

/**
 * Starts a program as the leader of its own process group. The group ends with its leader: what a run leaves in
 * the background must not outlive it, or two attempts would run at once.
 *
 * Standard input is a file that has no name any more: reading it never waits, closing it early disturbs nobody,
 * and its content does not pass through this process while the program runs.
 */
export async function startProgram(program: Program, files: RunFiles): Promise<RunningProgram> {
  const theirs = [files.openInput(program.stdin)];
  const readers: Socket[] = [];
  try {
    for (let output = 0; output < 2; output++) {
      const { reader, writeEnd } = await files.pipes.take();
      readers.push(reader);
      theirs.push(writeEnd);
    }
    const { command, args, cwd, env } = program;
    const child = spawn(command, args, { cwd, env, stdio: theirs, detached: true });
    const [stdout, stderr] = readers as [Socket, Socket];
    return { stdout, stderr, ...supervise(child) };
  } catch (error) {
    for (const reader of readers) reader.destroy();
    throw error;
  } finally {
    for (const fd of theirs) closeSync(fd);
  }
}

function supervise(child: ChildProcess): Pick<RunningProgram, 'exited' | 'signalGroup'> {
  let leader = child.pid;
  const signalGroup = (signal: NodeJS.Signals): void => {
    if (leader !== undefined) killGroup(leader, signal);
  };
  const exited = new Promise<ProgramExit>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (exitCode, signal) => {
      signalGroup('SIGKILL');
      leader = undefined;
      resolve({ exitCode, signal });
    });
  });
  return { exited, signalGroup };
}

/** A group that is gone already, or that now belongs to another user, is none of ours any more. */
function killGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}
