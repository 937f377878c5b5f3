import { setImmediate as nextTurn } from 'node:timers/promises';

import { commitEvaluations } from '@attune/db';
import type { CreatedEnforcement, EventRow, RuleForEvaluation } from '@attune/db';
import { TransientError } from '@attune/domain';

import type { ExecutorContext } from '../context.js';
import { decideEvent } from './decide-event.js';
import type { RuleFailure, RuleMatch } from './decide-event.js';
import type { RuleSnapshot } from './rule-cache.js';

/** Definitions change a few times an hour; whoever loses this often waits for the import to end. */
const mostRounds = 5;
/** Enforcements of one statement, exceeded only by an event that has more of its own. */
const enoughMatches = 1_000;
/** Longest stretch of deciding before other work of the process gets its turn. */
const longestStretchMs = 20;

export interface EvaluatedEvents {
  /** The first of the events that were given: as many as one statement should write. */
  readonly events: readonly EventRow[];
  readonly matches: readonly RuleMatch[];
  readonly failures: readonly RuleFailure[];
  /** What this call has written; what was enforced before is absent. */
  readonly created: readonly CreatedEnforcement[];
}

/**
 * Decides pending events on cached rules and commits the outcome in one statement; of events that many rules match,
 * the first ones only. The commit is refused when a definition has changed since the rules were read: then they are
 * decided again on fresh ones.
 */
export async function evaluateEvents(
  events: readonly EventRow[],
  { db, rules }: Pick<ExecutorContext, 'db' | 'rules'>,
): Promise<EvaluatedEvents> {
  const triggerIds = [...new Set(events.map(({ trigger }) => trigger))].filter((id) => id !== null);
  for (let round = 1; round <= mostRounds; round += 1) {
    const snapshot = await rules.snapshot(triggerIds);
    const decided = await decideEvents(events, snapshot);
    const outcome = await commitEvaluations(db, {
      epoch: snapshot.epoch,
      evaluations: decided.evaluations,
      enforcements: decided.matches.map(({ enforcement }) => enforcement),
    });
    if (!outcome.stale) return { ...decided, created: outcome.created };
    rules.forget(snapshot.epoch);
  }
  throw new TransientError(
    `cannot evaluate ${events.length} events from ${events[0]?.id} on: definitions changed ${mostRounds} times meanwhile`,
  );
}

interface Decided extends Omit<EvaluatedEvents, 'created'> {
  readonly evaluations: readonly { event_id: number; matched: number }[];
}

async function decideEvents(events: readonly EventRow[], snapshot: RuleSnapshot): Promise<Decided> {
  const evaluations: { event_id: number; matched: number }[] = [];
  const matches: RuleMatch[] = [];
  const failures: RuleFailure[] = [];
  let stretchStarted = performance.now();
  for (const event of events) {
    const decision = decideEvent(event, rulesFor(event, snapshot));
    evaluations.push({ event_id: event.id, matched: decision.matches.length });
    matches.push(...decision.matches);
    failures.push(...decision.failures);
    if (matches.length >= enoughMatches) break;
    if (performance.now() - stretchStarted > longestStretchMs) {
      await nextTurn();
      stretchStarted = performance.now();
    }
  }
  return { events: events.slice(0, evaluations.length), evaluations, matches, failures };
}

/** None for a trigger that is gone. */
function rulesFor({ id, trigger }: EventRow, { byTrigger }: RuleSnapshot): readonly RuleForEvaluation[] {
  if (trigger === null) return [];
  const rules = byTrigger.get(trigger);
  if (rules === undefined)
    throw new Error(`cannot evaluate event ${id}: the rules of its trigger were not read`);
  return rules;
}
