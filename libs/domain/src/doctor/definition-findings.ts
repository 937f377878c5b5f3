import type { DisabledFacts, DoctorFacts, RuleErrorFacts } from './facts.js';
import type { Finding } from './finding.js';
import { countOf } from './finding.js';

/** What is switched off although something depends on it, and rules that fail. */
export function definitionFindings({ disabled, rule_errors }: DoctorFacts): Finding[] {
  return [...disabled.map(findDisabled), ...rule_errors.map(findFailing)];
}

function findDisabled({ type, id, ref, rules, last_event_at, updated }: DisabledFacts): Finding {
  const dependents =
    type === 'rule'
      ? 'events of its trigger come and start nothing through it'
      : `${countOf({ count: rules, more: false }, 'enabled rule gets', 'enabled rules get')} nothing from it`;
  return {
    kind: `${type}_disabled`,
    severity: type === 'rule' ? 'info' : 'warning',
    message: `${type} ${ref} is disabled: ${dependents}`,
    subject: { type, id, ref },
    count: 1,
    more: false,
    episode: `${id}:${updated.toISOString()}`,
    trigger_ref: type === 'trigger' ? ref : null,
    waits_for: 'being enabled',
    actor: `whoever may change ${type} ${ref}`,
    since: updated,
    until: null,
    next:
      last_event_at === null
        ? 'what comes after it is enabled has an effect again'
        : `what comes after it is enabled has an effect again; the last event came ${last_event_at.toISOString()}`,
    command: `attune ${type} enable ${ref}`,
  };
}

function findFailing({
  id,
  ref,
  trigger_ref,
  error_count,
  last_error,
  last_error_at,
}: RuleErrorFacts): Finding {
  return {
    kind: 'rule_failing',
    severity: 'error',
    message: `rule ${ref} could not be evaluated ${countOf({ count: error_count, more: false }, 'time')}, the last: ${last_error}`,
    subject: { type: 'rule', id, ref },
    count: error_count,
    more: false,
    // Once an hour while it goes on.
    episode: `${id}:${last_error_at.toISOString().slice(0, 13)}`,
    trigger_ref,
    waits_for: 'its conditions or templates to be corrected',
    actor: `whoever may change rule ${ref}`,
    since: last_error_at,
    until: null,
    next: 'events it cannot be evaluated for start nothing through it',
    command: `attune rule show ${ref}`,
  };
}
