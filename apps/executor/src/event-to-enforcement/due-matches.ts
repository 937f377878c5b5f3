import {
  disableEnforcements,
  inTransaction,
  loadEvents,
  loadRuleSet,
  processEnforcements,
  takeDueEnforcements,
} from '@attune/db';
import type { CreatedEnforcement, Db, DisabledEnforcement, DueEnforcement, EventRow } from '@attune/db';
import { enforceRule } from '@attune/domain';
import type { RuleForEvaluation } from '@attune/domain';

export interface DecidedMatches {
  readonly taken: number;
  readonly decided: readonly CreatedEnforcement[];
  /** By id, of those that there are. */
  readonly rules: ReadonlyMap<number, RuleForEvaluation>;
}

/**
 * Decides matches whose wait is over as if their event came now: by the rule and the action as they are, in one
 * transaction. Whether the conditions hold was decided when the event came.
 */
export async function decideDueMatches(db: Db, options: { limit: number }): Promise<DecidedMatches> {
  return inTransaction(db, async (trx) => {
    const due = await takeDueEnforcements(trx, options);
    if (due.length === 0) return { taken: 0, decided: [], rules: new Map() };
    const events = await loadEvents(
      trx,
      due.map(({ event_id }) => event_id),
    );
    const triggers = [...new Set(events.map(({ trigger }) => trigger))];
    const rules = new Map((await loadRuleSet(trx, triggers)).rules.map((rule) => [rule.id, rule]));
    const decisions = due.map((match) => decide(match, { events: byId(events), rules }));
    return {
      taken: due.length,
      rules,
      decided: [
        ...(await processEnforcements(trx, decisions.filter(isAccepted))),
        ...(await disableEnforcements(trx, decisions.filter(isDisabled))),
      ],
    };
  });
}

interface Known {
  readonly events: ReadonlyMap<number, EventRow>;
  readonly rules: ReadonlyMap<number, RuleForEvaluation>;
}

type Decision = DisabledEnforcement | Parameters<typeof processEnforcements>[1][number];

function decide({ id, event_id, rule_id, rule_ref }: DueEnforcement, { events, rules }: Known): Decision {
  const event = events.get(event_id);
  if (event === undefined) return { id, code: 'trigger_gone', detail: `event ${event_id} is no longer kept` };
  const rule = rules.get(rule_id);
  if (rule === undefined) {
    return {
      id,
      code: 'rule_disabled',
      detail: `rule ${rule_ref} or its trigger was switched off or removed meanwhile`,
    };
  }
  const { execution, refusal } = enforceRule(rule, {
    id: event.id,
    trigger: event.trigger_ref,
    payload: event.payload,
    created: event.created,
  });
  return execution === undefined
    ? { id, code: refusal?.code ?? 'rule_disabled', detail: refusal?.detail ?? '' }
    : { id, execution };
}

function isAccepted(decision: Decision): decision is Exclude<Decision, DisabledEnforcement> {
  return 'execution' in decision;
}

function isDisabled(decision: Decision): decision is DisabledEnforcement {
  return !isAccepted(decision);
}

function byId(events: readonly EventRow[]): ReadonlyMap<number, EventRow> {
  return new Map(events.map((event) => [event.id, event]));
}
