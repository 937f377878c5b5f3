import type { TimerSpec } from './timer-spec.js';

export interface TimerFire {
  scheduledAt: Date;
  firedAt: Date;
  /** 1 for the first. */
  fireCount: number;
}

export function timerPayload(spec: TimerSpec, fire: TimerFire): Record<string, unknown> {
  void spec;
  void fire;
  throw new Error('not built yet');
}
