import { truncationMark } from '../../logs/truncation-mark.js';

/** Keeps the first bytes of a stream, up to a limit, in one growing buffer however small the pieces are. */
export interface Capture {
  /** The part of the chunk that was kept; a view, valid as long as the chunk. */
  push(chunk: Buffer): Buffer;
  /** Bytes that were not kept. */
  readonly dropped: number;
  /** What was kept as text, with a mark at its end when something is missing. */
  text(): string;
}

export function createCapture(limit: number): Capture {
  let buffer = Buffer.alloc(0);
  let length = 0;
  let dropped = 0;
  return {
    push: (chunk) => {
      const kept = chunk.subarray(0, limit - length);
      dropped += chunk.length - kept.length;
      buffer = withRoom(buffer, length + kept.length, limit);
      kept.copy(buffer, length);
      length += kept.length;
      return kept;
    },
    get dropped() {
      return dropped;
    },
    text: () => buffer.toString('utf8', 0, length) + truncationMark(dropped),
  };
}

function withRoom(buffer: Buffer<ArrayBuffer>, needed: number, limit: number): Buffer<ArrayBuffer> {
  if (needed <= buffer.length) return buffer;
  const larger = Buffer.allocUnsafe(Math.min(limit, Math.max(4096, needed, buffer.length * 2)));
  buffer.copy(larger);
  return larger;
}
