import { createHash, timingSafeEqual } from 'node:crypto';

/** Compares in a time that tells nothing, not even the length. */
export function sameSecret(given: string | Buffer, expected: string | Buffer): boolean {
  return timingSafeEqual(sha256(given), sha256(expected));
}

function sha256(value: string | Buffer): Buffer {
  return createHash('sha256').update(value).digest();
}
