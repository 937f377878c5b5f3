import { isDeepEqual } from '../../json-equality.js';
import { replaceSecrets } from '../../secret/secret-document.js';
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
  return (
    one.refusal?.code === other.refusal?.code &&
    isDeepEqual(asStored(one.parameters), asStored(other.parameters))
  );
}

/** Secrets are the same when they are stored alike: nobody looks into them. */
function asStored(parameters: RuleOutcome['parameters']): unknown {
  return replaceSecrets(parameters, ({ $secret }) => ({ $secret }));
}

function noEvents(): EventCount {
  return { count: 0, events: [] };
}

function note(group: EventCount, event: number): void {
  group.count += 1;
  if (group.events.length < mostIds) group.events.push(event);
}
