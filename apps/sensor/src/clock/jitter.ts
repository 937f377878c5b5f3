import { createHash } from 'node:crypto';

import type { TimerSpec } from '@attune/domain';

/**
 * By how many milliseconds a timer with `jitter` is late, always: from 0 up to the jitter, the same for the
 * same rule. Timers with one expression are spread out, while each keeps its own rhythm and its instants.
 */
export function jitterOffset(ruleRef: string, { jitterMs }: TimerSpec): number {
  if (jitterMs === 0) return 0;
  return createHash('sha256').update(ruleRef).digest().readUInt32BE(0) % (Math.floor(jitterMs) + 1);
}

export function later(instant: Date, milliseconds: number): Date {
  return new Date(instant.getTime() + milliseconds);
}
