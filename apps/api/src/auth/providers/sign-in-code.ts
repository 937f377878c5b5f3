import { createHash } from 'node:crypto';

/** As which codes and states are stored: what is stored lets nobody in. */
export function hashOfCode(code: string): string {
  return createHash('sha256').update(code).digest('hex');
}

/** What a client gave at the start, made from the verifier it shows at the end (RFC 7636, S256). */
export function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}
