import type { EnforcementSummary, EventRow } from '@attune/db';
import type { DisabledReason, RuleOutcome } from '@attune/domain';
import type { RuleInForce } from './rule-in-force.js';

/** Refusals that the decision itself gives; the others come after it. */
const decided: ReadonlySet<string> = new Set<DisabledReason>([
  'action_gone',
  'action_disabled',
  'permission_denied',
  'template_failed',
  'parameters_invalid',
]);

export interface Compared {
  inForce: RuleInForce;
  event: EventRow;
  outcome: RuleOutcome;
  enforcement: EnforcementSummary | undefined;
  /** The rule was not looked at. */
  isBlocked: boolean;
}

/**
 * Whether what happened is what the decision says. Null while nothing has happened, and when it cannot be told: of
 * deletions, and of what an owner was allowed to do, there are no versions.
 */
export function isAgreement(compared: Compared): boolean | null {
  const { event, inForce, outcome, enforcement } = compared;
  if (event.status === 'pending') return null;
  if (isSame(compared)) return true;
  const codes = [outcome.refusal?.code, enforcement?.reason_code];
  const isUncertain =
    inForce.isActionGone || inForce.trigger?.is_gone === true || codes.includes('permission_denied');
  return isUncertain ? null : false;
}

function isSame({ outcome, enforcement, isBlocked }: Compared): boolean {
  const isExpected = outcome.matched && !isBlocked;
  if (isExpected !== (enforcement !== undefined)) return false;
  if (enforcement === undefined) return true;
  if (enforcement.status === 'processed') return outcome.execution !== undefined;
  if (enforcement.reason_code === null || !decided.has(enforcement.reason_code)) return true;
  return outcome.refusal?.code === enforcement.reason_code;
}
