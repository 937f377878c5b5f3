import type { Socket } from 'node:net';
import type { LogStream } from '@attune/domain';
import type { OutputSink } from '../runtime.js';
import { createCapture } from './capture.js';
import type { Capture } from './capture.js';

/** A process that escaped its group can keep the pipe open; output counts as complete when none comes for so long. */
const quietMs = 200;
/** …or after so long in any case. */
const lingerMs = 2_000;

export interface OutputReader {
  readonly capture: Capture;
  /** Call when the program has ended: resolves when its output is complete, and closes the pipe. */
  finish(): Promise<void>;
}

/**
 * Reads one output of a program: the beginning is kept and passed on, the rest is read and dropped, so that the
 * program never waits for a reader that has enough. While the sink asks to wait, the program is held back.
 */
export function readOutput(
  stream: LogStream,
  socket: Socket,
  { limit, output }: { limit: number; output: OutputSink },
): OutputReader {
  const capture = createCapture(limit);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  let draining = false;
  let quiet: NodeJS.Timeout | undefined;

  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    quiet?.refresh();
    const kept = capture.push(chunk);
    const busy = kept.length === 0 ? undefined : output.write(stream, kept);
    if (busy === undefined || draining) return;
    socket.pause();
    void busy.finally(() => socket.resume());
  });

  const finish = async (): Promise<void> => {
    draining = true;
    socket.resume();
    const giveUp = () => socket.destroy();
    quiet = setTimeout(giveUp, quietMs);
    const linger = setTimeout(giveUp, lingerMs);
    await closed;
    clearTimeout(quiet);
    clearTimeout(linger);
    if (capture.dropped > 0) output.truncated(stream, capture.dropped);
  };

  return { capture, finish };
}
