import type { Explanation } from '@attune/contract';
import { findDefinitionVersion, findExecution, findVersionInForce, listEnforcements } from '@attune/db';
import type { Db, DefinitionVersionRow, EnforcementSummary, EventRow, RuleRow } from '@attune/db';
import { decideRule } from '@attune/domain';
import { showOutcome } from './outcome-view.js';
import { ruleInForce } from './rule-in-force.js';
import type { SaidRule } from './rule-in-force.js';
import { blockingReasons, reasonsOf } from './upstream-reasons.js';
import { isAgreement } from './agreement.js';

/**
 * The decision of one rule on one event, taken again on the versions in force when it was taken: those that the
 * enforcement recorded, or of the time of the evaluation. Of an event that is not evaluated yet, of its own time.
 */
export async function explainRule(db: Db, rule: RuleRow, event: EventRow): Promise<Explanation> {
  const enforcement = await enforcementOf(db, rule, event);
  const decidedAt = event.evaluated_at ?? event.created;
  const version = await versionOf(db, { rule, enforcement, decidedAt });
  const said: SaidRule = { ...rule, ...(version?.content as Partial<RuleRow>), version: version?.id ?? 0 };
  const inForce = await ruleInForce(db, said, {
    at: decidedAt,
    withoutAction: enforcement?.reason_code === 'action_gone',
  });
  const subject = {
    id: event.id,
    trigger: event.trigger_ref,
    payload: event.payload,
    created: event.created,
  };
  const outcome = decideRule(inForce.rule, subject);
  const blocking = blockingReasons({ inForce, event, isYet: version !== undefined });
  return {
    rule_ref: rule.ref,
    event: event.id,
    decided_at: decidedAt.toISOString(),
    rule_version: version?.version ?? null,
    ...showOutcome(inForce.rule, outcome),
    reasons: reasonsOf({ blocking, event, enforcement }),
    live: await liveOf(db, event, enforcement),
    agrees: isAgreement({ inForce, event, outcome, enforcement, isBlocked: blocking.length > 0 }),
  };
}

async function enforcementOf(
  db: Db,
  rule: RuleRow,
  event: EventRow,
): Promise<EnforcementSummary | undefined> {
  const { items } = await listEnforcements(db, { event: event.id, rule: rule.id }, { limit: 1 });
  return items[0];
}

interface Decided {
  rule: RuleRow;
  enforcement: EnforcementSummary | undefined;
  decidedAt: Date;
}

/** Undefined: there was no such rule yet. Versions of another rule of the same ref are not of this one. */
async function versionOf(
  db: Db,
  { rule, enforcement, decidedAt }: Decided,
): Promise<DefinitionVersionRow | undefined> {
  const recorded = enforcement?.rule_version ?? null;
  if (recorded !== null) return findDefinitionVersion(db, recorded);
  const version = await findVersionInForce(db, { entityType: 'rule', ref: rule.ref, at: decidedAt });
  return version?.entity === rule.id ? version : undefined;
}

async function liveOf(
  db: Db,
  event: EventRow,
  enforcement: EnforcementSummary | undefined,
): Promise<Explanation['live']> {
  const id = enforcement?.execution ?? null;
  const execution = id === null ? undefined : await findExecution(db, id);
  return {
    status: event.status,
    enforcement: enforcement?.id ?? null,
    enforcement_status: enforcement?.status ?? null,
    execution: id,
    execution_status: execution?.status ?? null,
  };
}
