import type { DueTimer, FiredTimer } from '@attune/db';
import { nextFire, takeDue, timerPayload, timerSpec } from '@attune/domain';
import type { TimerSpec } from '@attune/domain';
import type { IncomingEvent } from '@attune/intake';

import { jitterOffset, later } from './jitter.js';

/** Instants that `catch_up` makes up for at once; the others are left out. */
const catchUpLimit = 100;

/** What one due timer does: the events to record and how the row moves on, in one transaction. */
export interface TimerFiring {
  readonly events: readonly IncomingEvent[];
  readonly advance: FiredTimer;
}

/**
 * Pure. The phase of an interval is carried by the due instant itself, so neither restarts nor late firing
 * shift it. Throws ValidationError when the stored parameters are not (any more) valid.
 */
export function fireTimer(timer: DueTimer): TimerFiring {
  const { next_fire_at: due, now, fire_count: fireCount } = timer;
  if (due === null) return { events: [], advance: advanceTo(timer, undefined, 0) };
  const unanchored = timerSpec(timer.trigger_ref, timer.params, due);
  const offset = jitterOffset(timer.rule_ref, unanchored);
  const scheduled = later(due, -offset);
  const spec = offset === 0 ? unanchored : timerSpec(timer.trigger_ref, timer.params, scheduled);
  const taken = takeDue(spec, scheduled, later(now, -offset), { fireCount, limit: catchUpLimit });
  const next = nextAfter(spec, taken.next, later(now, -offset));
  return {
    events: taken.fires.map((scheduledAt, index) => ({
      trigger: timer.trigger_ref,
      rule: timer.rule_ref,
      payload: timerPayload(spec, { scheduledAt, firedAt: now, fireCount: fireCount + index + 1 }),
      dedupeKey: `timer:${timer.id}:${scheduledAt.toISOString()}`,
    })),
    advance: advanceTo(timer, next === undefined ? undefined : later(next, offset), taken.fires.length),
  };
}

/** The timer moved on; without a next instant it rests for good. */
export function advanceTo(timer: DueTimer, next: Date | undefined, fires: number): FiredTimer {
  const { id, next_fire_at: due, last_fire_at: last } = timer;
  return { id, next_fire_at: next ?? null, last_fire_at: fires > 0 ? due : last, fires };
}

/** Instants beyond the catch-up limit are left out: an outage of a year must not become a year of events. */
function nextAfter(spec: TimerSpec, next: Date | undefined, now: Date): Date | undefined {
  return next !== undefined && next <= now ? nextFire(spec, now) : next;
}
