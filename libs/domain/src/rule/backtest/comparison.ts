import { isDeepEqual } from '../../json-equality.js';
import { decideRule } from '../decide-rule.js';
import type { RuleOutcome } from '../decide-rule.js';
import type { RuleEvent } from '../evaluate-rule.js';
import type { RuleForEvaluation } from '../rule-for-evaluation.js';
import type { Difference, EventCount } from './backtest-report.js';

const mostIds = 100;

/** What another rule makes of the same events otherwise. */
export function compareWith(current: RuleForEvaluation) {
  const difference: Difference = { added: noEvents(), removed: noEvents(), changed: noEvents() };
  return {
    difference,
    take: (event: RuleEvent, tried: RuleOutcome): void => {
      const now = decideRule(current, event);
      if (tried.matched && now.matched) {
        if (!isSameOutcome(tried, now)) note(difference.changed, event.id);
      } else if (tried.matched) note(difference.added, event.id);
      else if (now.matched) note(difference.removed, event.id);
    },
  };
}

function isSameOutcome(one: RuleOutcome, other: RuleOutcome): boolean {
  return one.refusal?.code === other.refusal?.code && isDeepEqual(one.parameters, other.parameters);
}

function noEvents(): EventCount {
  return { count: 0, events: [] };
}

function note(group: EventCount, event: number): void {
  group.count += 1;
  if (group.events.length < mostIds) group.events.push(event);
}
