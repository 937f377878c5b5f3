import { isDeepStrictEqual } from 'node:util';

import type { NewTimer, TimerRule } from '@attune/db';
import { firstFire, timerSpec } from '@attune/domain';
import type { TimerSpec } from '@attune/domain';

import { jitterOffset, later } from './jitter.js';

/**
 * What has to be written so that the rule has its clock; undefined when the row is right already. A timer that
 * rests (its rule was disabled, or its last instant has passed) goes on if there is an instant left, without
 * making up for those it rested through. Throws ValidationError for parameters that are no timer.
 */
export function planTimer(rule: TimerRule, now: Date): NewTimer | undefined {
  const { timer } = rule;
  const changed = timer === null || !isDeepStrictEqual(timer.params, rule.trigger_params);
  if (!changed && timer.next_fire_at !== null) return undefined;
  const spec = timerSpec(rule.trigger_ref, rule.trigger_params, rule.rule_created);
  const next = !changed && isFinished(spec, timer.fire_count) ? undefined : firstFire(spec, now);
  if (!changed && next === undefined) return undefined;
  return {
    rule: rule.rule,
    params: rule.trigger_params,
    next_fire_at: next === undefined ? null : later(next, jitterOffset(rule.rule_ref, spec)),
  };
}

function isFinished(spec: TimerSpec, fireCount: number): boolean {
  if (spec.kind === 'datetime') return fireCount > 0;
  return spec.maxFires !== undefined && fireCount >= spec.maxFires;
}
