import { findRulesOfExecutions, listDisplaced, requestAdmissions, requestCancels } from '@attune/db';
import type { AdmissionRequest, CancelRequested, ExecutionToSchedule, Standing } from '@attune/db';

import type { ExecutorContext } from '../../context.js';
import { policyDemands } from './policy-demands.js';
import type { Demands } from './policy-demands.js';

/** What the policies make of executions that could be scheduled. */
export interface Admitted {
  /** Ids of those that have every slot they need. */
  readonly admitted: ReadonlySet<number>;
  /** Ids of those that queue; they are said to wait. */
  readonly queued: readonly number[];
  readonly cancelled: readonly CancelRequested[];
  /** Ids of others that were given a slot on this occasion: they are to be requested again. */
  readonly promoted: readonly number[];
}

/**
 * Takes the slots of all policies that limit these executions, one policy after the other in the same order for all:
 * who waits for a slot holds only slots of policies before it, so nobody waits in a circle. Asking again for what an
 * execution has changes nothing.
 */
export async function admitExecutions(
  executions: readonly ExecutionToSchedule[],
  ctx: Pick<ExecutorContext, 'db' | 'policies'>,
): Promise<Admitted> {
  const demands = await demandsOf(executions, ctx);
  const state = {
    held: new Map<number, number>(),
    queued: new Set<number>(),
    refused: new Map<number, string>(),
  };
  const promoted = new Set<number>();
  const asked: AdmissionRequest[] = [];
  for (let round = nextRequests(demands, state); round.length > 0; round = nextRequests(demands, state)) {
    asked.push(...round);
    const standings = await requestAdmissions(ctx.db, round);
    for (const id of settleRound(round, standings, state)) promoted.add(id);
  }
  const { queued, refused } = state;
  return {
    admitted: new Set(executions.map(({ id }) => id).filter((id) => !queued.has(id) && !refused.has(id))),
    queued: [...queued],
    cancelled: await cancelBeyond(ctx, asked, refused),
    promoted: [...promoted],
  };
}

interface State {
  /** How many slots each execution has of those it needs. */
  readonly held: Map<number, number>;
  readonly queued: Set<number>;
  /** Why, by execution. */
  readonly refused: Map<number, string>;
}

async function demandsOf(
  executions: readonly ExecutionToSchedule[],
  { db, policies }: Pick<ExecutorContext, 'db' | 'policies'>,
): Promise<Demands> {
  const [first] = executions;
  if (first === undefined) return new Map();
  const inForce = await policies.inForce(first.epoch);
  const byRule = inForce.some(({ rule }) => rule !== null);
  const rules = byRule
    ? await findRulesOfExecutions(
        db,
        executions.map(({ id }) => id),
      )
    : new Map<number, number>();
  return policyDemands(executions, inForce, rules);
}

/** The next slot of each that has all before it. */
function nextRequests(demands: Demands, { held, queued, refused }: State): AdmissionRequest[] {
  return [...demands].flatMap(([id, requests]) => {
    const next = queued.has(id) || refused.has(id) ? undefined : requests[held.get(id) ?? 0];
    return next === undefined ? [] : [next];
  });
}

/** Answers who else was given a slot. A policy that is gone meanwhile limits nobody. */
function settleRound(
  round: readonly AdmissionRequest[],
  standings: readonly Standing[],
  { held, queued, refused }: State,
): number[] {
  const open = new Map(standings.map((standing) => [keyOf(standing), standing]));
  for (const request of round) {
    const { execution, detail = '' } = request;
    const status = open.get(keyOf(request))?.status ?? 'active';
    open.delete(keyOf(request));
    if (status === 'active') held.set(execution, (held.get(execution) ?? 0) + 1);
    else if (status === 'queued') queued.add(execution);
    else refused.set(execution, `no room: ${detail}`);
  }
  return [...open.values()].map(({ execution }) => execution);
}

/** Those that nobody lets wait, and the older ones that newer ones displace. */
async function cancelBeyond(
  { db }: Pick<ExecutorContext, 'db'>,
  asked: readonly AdmissionRequest[],
  refused: ReadonlyMap<number, string>,
): Promise<CancelRequested[]> {
  const groups = [...new Map(asked.map((each) => [groupOf(each), each])).values()];
  const displaced = await listDisplaced(
    db,
    groups.map(({ policy, group_key = '' }) => ({ policy, group_key })),
  );
  const reasons = new Map(refused);
  const details = new Map(asked.map((each) => [groupOf(each), each.detail ?? '']));
  for (const each of displaced)
    reasons.set(each.execution, `displaced by a newer one: ${details.get(groupOf(each))}`);
  const cancelled: CancelRequested[] = [];
  for (const [reason, ids] of byReason(reasons)) cancelled.push(...(await requestCancels(db, ids, reason)));
  return cancelled;
}

function byReason(reasons: ReadonlyMap<number, string>): Map<string, number[]> {
  const ids = new Map<string, number[]>();
  for (const [id, reason] of reasons) ids.set(reason, [...(ids.get(reason) ?? []), id]);
  return ids;
}

function groupOf({ policy, group_key = '' }: Pick<AdmissionRequest, 'policy' | 'group_key'>): string {
  return `${policy} ${group_key}`;
}

function keyOf(request: AdmissionRequest): string {
  return `${request.execution} ${groupOf(request)}`;
}
