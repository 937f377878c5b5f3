import { setImmediate as nextTurn } from 'node:timers/promises';

import { commitEvaluations, holdPendingEvents, inTransaction } from '@attune/db';
import type { CreatedEnforcement, Db, EventRow } from '@attune/db';
import { TransientError } from '@attune/domain';
import type { RuleForEvaluation } from '@attune/domain';

import type { ExecutorContext } from '../context.js';
import { decideEvent } from './decide-event.js';
import type { RuleFailure, RuleMatch } from './decide-event.js';
import { controlFlow, isControlled } from './flow-control.js';
import type { RuleSnapshot } from './rule-cache.js';
import type { StormGuard } from './storm-guard.js';

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
 * Decides pending events on cached rules and commits the outcome in one statement, or transaction; of events that many rules match,
 * the first ones only. The commit is refused when a definition has changed since the rules were read: then they are
 * decided again on fresh ones.
 */
export async function evaluateEvents(
  events: readonly EventRow[],
  { db, rules, storms }: Pick<ExecutorContext, 'db' | 'rules' | 'storms'>,
): Promise<EvaluatedEvents> {
  const triggerIds = [...new Set(events.map(({ trigger }) => trigger))].filter((id) => id !== null);
  for (let round = 1; round <= mostRounds; round += 1) {
    const snapshot = await rules.snapshot(triggerIds);
    const decided = await guarded(await decideEvents(events, snapshot), storms);
    const committed = decided.matches.some(isControlled)
      ? await commitControlled(db, snapshot.epoch, decided)
      : await commitDecided(db, snapshot.epoch, decided);
    if (committed !== undefined) return committed;
    rules.forget(snapshot.epoch);
  }
  throw new TransientError(
    `cannot evaluate ${events.length} events from ${events[0]?.id} on: definitions changed ${mostRounds} times meanwhile`,
  );
}

async function guarded(decided: Decided, storms: StormGuard): Promise<Decided> {
  const events = new Map(decided.events.map((event) => [event.id, event]));
  return { ...decided, matches: await storms.hold(decided.matches, events) };
}

/** undefined: definitions have changed since. */
async function commitDecided(db: Db, epoch: number, decided: Decided): Promise<EvaluatedEvents | undefined> {
  const { evaluations, matches } = decided;
  const enforcements = matches.map(({ enforcement }) => enforcement);
  const outcome = await commitEvaluations(db, { epoch, evaluations, enforcements });
  return outcome.stale ? undefined : { ...decided, created: outcome.created };
}

/** The same where rules look at earlier matches: those stay as they are until this is committed. */
async function commitControlled(
  db: Db,
  epoch: number,
  decided: Decided,
): Promise<EvaluatedEvents | undefined> {
  return inTransaction(db, async (trx) => {
    const events = new Map(decided.events.map((event) => [event.id, event]));
    const pending = await holdPendingEvents(trx, [...events.keys()]);
    const open = decided.matches.filter(({ enforcement }) => pending.has(enforcement.event_id));
    const { matches, remember } = await controlFlow(trx, open, events);
    const committed = await commitDecided(trx, epoch, { ...decided, matches });
    if (committed !== undefined) await remember();
    return committed;
  });
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
