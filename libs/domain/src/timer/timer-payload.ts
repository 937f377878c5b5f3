import { nextFire } from './next-fire.js';
import type { TimerSpec } from './timer-spec.js';

const SENSOR_REF = 'core.timer_sensor';

export interface TimerFire {
  /** The instant the timer was due at. */
  scheduledAt: Date;
  /** When the event is recorded. */
  firedAt: Date;
  /** Of the events of this timer: 1 for the first. */
  fireCount: number;
}

/** The payload of a timer's event, times as text of ISO 8601. `execution_count` is the older name of `fire_count`. */
export function timerPayload(spec: TimerSpec, fire: TimerFire): Record<string, unknown> {
  return {
    ...kindFields(spec, fire),
    scheduled_at: fire.scheduledAt.toISOString(),
    fired_at: fire.firedAt.toISOString(),
    fire_count: fire.fireCount,
    execution_count: fire.fireCount,
    sensor_ref: SENSOR_REF,
  };
}

function kindFields(spec: TimerSpec, { scheduledAt, firedAt }: TimerFire): Record<string, unknown> {
  switch (spec.kind) {
    case 'interval':
      return { type: 'interval', interval_seconds: spec.everyMs / 1000 };
    case 'cron':
      return {
        type: 'cron',
        expression: spec.expression,
        timezone: spec.timezone,
        next_fire_at: nextFire(spec, scheduledAt)?.toISOString() ?? null,
      };
    case 'datetime':
      return {
        type: 'one_shot',
        fire_at: spec.fireAt.toISOString(),
        timezone: spec.timezone,
        delay_ms: Math.max(0, firedAt.getTime() - spec.fireAt.getTime()),
      };
  }
}
