/** What becomes of one delivery. Only the bus acts on it; nobody else acknowledges. */
export type Verdict =
  | { readonly kind: 'ack' }
  | {
      readonly kind: 'retry';
      readonly reason: string;
      readonly delayMs?: number;
      /** False while a database or broker is away: waiting for it uses up no attempts. */
      readonly counted?: boolean;
    }
  | { readonly kind: 'dead_letter'; readonly reason: string }
  | { readonly kind: 'release' };

const acknowledged: Verdict = { kind: 'ack' };
const released: Verdict = { kind: 'release' };

/** Done, or nothing to do. */
export function ack(): Verdict {
  return acknowledged;
}

/**
 * Try again after `delayMs` (chosen by attempt when left out, with jitter). Counts an attempt: after the
 * consumer's limit the message goes to the dead letters.
 */
export function retry(reason: string, delayMs?: number): Verdict {
  return { kind: 'retry', reason, ...(delayMs === undefined ? {} : { delayMs }) };
}

/** Nothing here will ever make this message work. */
export function deadLetter(reason: string): Verdict {
  return { kind: 'dead_letter', reason };
}

/** Give it back to the other consumers at once, no attempt counted. Pause first, or it may come straight back. */
export function release(): Verdict {
  return released;
}
