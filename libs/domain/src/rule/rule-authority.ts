import { authorize } from '../access/authorize.js';
import { splitRef } from '../ref.js';
import type { RuleAction, RuleForEvaluation } from './rule-for-evaluation.js';

/**
 * Why a rule may not run its action; undefined when it may. It runs with the permissions that its owner has now,
 * never more. A rule without an owner came with its pack and is the system's.
 */
export function ruleDenial(rule: RuleForEvaluation, action: RuleAction): string | undefined {
  const { owner_identity: identityId, owner } = rule;
  if (identityId === null) return undefined;
  if (owner === null) return `identity ${identityId}, which owns rule ${rule.ref}, does not exist any more`;
  if (owner.frozen) return `${owner.login}, who owns rule ${rule.ref}, is frozen`;
  const decision = authorize(
    { kind: 'identity', tokenKind: 'access', identityId, ...owner },
    'actions:execute',
    {
      id: action.id,
      ref: action.ref,
      packRef: splitRef(action.ref).pack,
    },
  );
  if (decision.allowed) return undefined;
  return `${owner.login}, who owns rule ${rule.ref}, may not execute ${action.ref}: ${decision.reason}`;
}
