import type { EnforcementSummary, EventRow } from '@attune/db';
import type { upstreamReasons } from '@attune/contract';
import { disabledReasons, isAddressedTo } from '@attune/domain';
import type { DisabledReason } from '@attune/domain';
import type { RuleInForce } from './rule-in-force.js';

type UpstreamReason = (typeof upstreamReasons)[number];
type BlockingReason = Exclude<UpstreamReason, 'not_evaluated' | 'waiting'>;

export interface Reason<Code> {
  code: Code;
  message: string;
}

export interface Blockable {
  inForce: RuleInForce;
  event: EventRow;
  /** The rule existed when it would have been decided. */
  isYet: boolean;
}

/** What keeps a rule from being looked at, whatever its conditions say. */
export function blockingReasons({ inForce, event, isYet }: Blockable): Reason<BlockingReason>[] {
  const { rule, enabled, trigger } = inForce;
  const reasons: Reason<BlockingReason>[] = [];
  const add = (code: BlockingReason, message: string) => reasons.push({ code, message });
  if (!isYet) add('rule_not_yet', `the rule did not exist yet when event ${event.id} came`);
  if (rule.trigger_ref !== event.trigger_ref) {
    add('other_trigger', `the rule is for ${rule.trigger_ref}; the event is of ${event.trigger_ref}`);
  }
  if (!enabled) add('rule_disabled', 'the rule was disabled when the event came');
  if (trigger === null) add('trigger_gone', `trigger ${rule.trigger_ref} did not exist`);
  else if (!trigger.enabled) add('trigger_disabled', `trigger ${rule.trigger_ref} was disabled`);
  if (!isAddressedTo(event, rule.id)) {
    add('addressed_to_other', `the event is addressed to ${event.rule_ref} only`);
  }
  return reasons;
}

/** What decided, in the order in which it is asked. */
export function reasonsOf({
  blocking,
  event,
  enforcement,
}: {
  blocking: readonly Reason<BlockingReason>[];
  event: EventRow;
  enforcement: EnforcementSummary | undefined;
}): Reason<UpstreamReason | DisabledReason>[] {
  const pending = { code: 'not_evaluated', message: 'the event is not evaluated yet' } as const;
  return [...blocking, ...(event.status === 'pending' ? [pending] : []), ...recordedReason(enforcement)];
}

/** Why a match got no execution, or has none yet, as it was stored. */
function recordedReason(enforcement: EnforcementSummary | undefined): Reason<'waiting' | DisabledReason>[] {
  if (enforcement !== undefined && enforcement.waiting_for !== null) return [waitingReason(enforcement)];
  const code = disabledReasons.find((known) => known === enforcement?.reason_code);
  return code === undefined ? [] : [{ code, message: enforcement?.reason_detail ?? code }];
}

function waitingReason({
  waiting_for: what,
  due_at: due,
  reason_detail: detail,
}: EnforcementSummary): Reason<'waiting'> {
  const until = due === null ? '' : `, until ${due.toISOString()}`;
  return { code: 'waiting', message: `waits for ${what}${until}${detail === null ? '' : `: ${detail}`}` };
}
