import type { ByteSource } from '../artifact-storage.js';

/** Bytes that tell their place, so that a shift is seen. */
export function numberedBytes(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let place = 0; place < length; place += 1) bytes[place] = (place * 31 + (place >> 8)) % 256;
  return bytes;
}

export async function* chunksOf(chunks: readonly Uint8Array[]): ByteSource {
  yield* chunks;
}

/** Goes on for as long as it is asked. */
export function endless(chunkSize: number) {
  let taken = 0;
  let ended = false;
  async function* chunks(): ByteSource {
    try {
      for (;;) {
        taken += 1;
        yield Buffer.alloc(chunkSize);
      }
    } finally {
      ended = true;
    }
  }
  return { bytes: chunks(), taken: () => taken, isEnded: () => ended };
}
