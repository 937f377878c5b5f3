import type { TimerSpec } from './timer-spec.js';

/** The first instant strictly after `after` at which the timer is due; undefined when there is none. */
export function nextFire(spec: TimerSpec, after: Date): Date | undefined {
  void spec;
  void after;
  throw new Error('not built yet');
}

/** When a new timer is due for the first time; a one-shot in the past is due at once. */
export function firstFire(spec: TimerSpec, now: Date): Date | undefined {
  void spec;
  void now;
  throw new Error('not built yet');
}

export interface DueFires {
  /** Instants to record an event for, oldest first; empty when the misfire policy skips them. */
  fires: Date[];
  next: Date | undefined;
}

/** What to do about a timer that was due at `due` when it is now `now`. At most `limit` events for `catch_up`. */
export function takeDue(
  spec: TimerSpec,
  due: Date,
  now: Date,
  options: { fireCount: number; limit?: number; graceMs?: number },
): DueFires {
  void spec;
  void due;
  void now;
  void options;
  throw new Error('not built yet');
}
