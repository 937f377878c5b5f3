import { getPackByRef, listDefinitionVersions, listEnforcements } from '@attune/db';
import type { Db, DefinitionVersionRow, EnforcementSummary, EventRow, RuleRow } from '@attune/db';
import { evaluateRule, explainClause, readSecrets, replaceSecrets } from '@attune/domain';

const versionsAtOnce = 100;

/** The decision of one rule on one event, taken again on the version in force when the event came. */
export async function explainRule(db: Db, rule: RuleRow, event: EventRow) {
  const version = await versionAt(db, rule.ref, event.created);
  const then = { ...rule, ...(version?.content as Partial<RuleRow> | undefined) };
  const pack = await getPackByRef(db, rule.pack_ref);
  const decision = evaluateRule(
    { conditions: then.conditions },
    { id: event.id, trigger: event.trigger_ref, payload: event.payload, created: event.created },
    { packConfig: readSecrets(pack.config) },
  );
  const { items } = await listEnforcements(db, { event: event.id, rule: rule.id }, { limit: 1 });
  const [enforcement] = items;
  return {
    rule_ref: rule.ref,
    event: event.id,
    rule_version: version?.version ?? null,
    matched: decision.matched,
    clauses: replaceSecrets(decision.clauses, () => null).map((clause) => ({
      ...clause,
      explanation: explainClause(clause),
    })),
    error: decision.error ?? null,
    reasons: [...reasonsOf(then, event, version), ...refusal(enforcement)],
    enforcement: enforcement?.id ?? null,
  };
}

async function versionAt(db: Db, ref: string, at: Date): Promise<DefinitionVersionRow | undefined> {
  const { items } = await listDefinitionVersions(db, { entityType: 'rule', ref }, { limit: versionsAtOnce });
  return items.find((version) => version.created <= at);
}

/** Why a match got no execution. */
function refusal(enforcement: EnforcementSummary | undefined): string[] {
  if (enforcement === undefined || enforcement.reason_code === null) return [];
  return [`not run, ${enforcement.reason_code}: ${enforcement.reason_detail ?? 'no details'}`];
}

/** What decides before any condition is looked at. */
function reasonsOf(rule: RuleRow, event: EventRow, version: DefinitionVersionRow | undefined): string[] {
  const reasons: string[] = [];
  if (version === undefined) reasons.push(`the rule did not exist yet when event ${event.id} came`);
  if (rule.trigger_ref !== event.trigger_ref) {
    reasons.push(`the rule is for ${rule.trigger_ref}; the event is of ${event.trigger_ref}`);
  }
  if (!rule.enabled) reasons.push('the rule was disabled when the event came');
  if (event.rule_ref !== null && event.rule_ref !== rule.ref) {
    reasons.push(`the event is addressed to ${event.rule_ref} only`);
  }
  if (event.status === 'pending') reasons.push('the event is not evaluated yet');
  return reasons;
}
