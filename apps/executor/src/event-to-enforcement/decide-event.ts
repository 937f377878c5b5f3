import { decideRule, isAddressedTo } from '@attune/domain';
import type { RuleEvent, RuleForEvaluation } from '@attune/domain';
import type { EventRow, NewEnforcement } from '@attune/db';

/** A rule that could not tell whether it matches an event. */
export interface RuleFailure {
  readonly rule_id: number;
  readonly event_id: number;
  readonly error: string;
}

export interface RuleMatch {
  readonly rule: RuleForEvaluation;
  readonly enforcement: NewEnforcement;
}

export interface EventDecision {
  readonly matches: readonly RuleMatch[];
  readonly failures: readonly RuleFailure[];
}

/**
 * What an event leads to under these rules. Pure, and never throws: a rule that raises an error on the event is a
 * failure of that rule alone. An event addressed to one rule concerns no other, and none when that rule is gone.
 */
export function decideEvent(event: EventRow, rules: readonly RuleForEvaluation[]): EventDecision {
  const subject: RuleEvent = {
    id: event.id,
    trigger: event.trigger_ref,
    payload: event.payload,
    created: event.created,
  };
  const matches: RuleMatch[] = [];
  const failures: RuleFailure[] = [];
  for (const rule of rules) {
    if (!isAddressedTo(event, rule.id)) continue;
    const { error, execution, refusal } = decideRule(rule, subject);
    const match = { event_id: event.id, rule_id: rule.id, rule_version: rule.version };
    if (error !== undefined) failures.push({ rule_id: rule.id, event_id: event.id, error });
    else if (execution !== undefined) matches.push({ rule, enforcement: { ...match, execution } });
    else if (refusal !== undefined) matches.push({ rule, enforcement: { ...match, disabled: refusal } });
  }
  return { matches, failures };
}
