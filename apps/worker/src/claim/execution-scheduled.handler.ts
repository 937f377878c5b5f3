import { claimExecutions, listClaimedExecutions } from '@attune/db';
import type { ClaimedExecution } from '@attune/db';
import { ack, causeOf, executionSubject, message, notice, release } from '@attune/mq';
import type { ExecutionScheduled, NoticeChange, Received, Verdict } from '@attune/mq';
import { faultPoint } from '@attune/service';
import type { ClaimContext } from '../context.js';
import { persist } from '../persist.js';
import type { Session } from '../presence/session.js';

/** A message that cannot be claimed within this time is given to other workers. */
const patienceMs = 1_000;

type Scheduled = Received<ExecutionScheduled>;

/**
 * Scheduled executions → running here, as many as there are slots; messages for which no slot becomes free in time
 * are given back. Acknowledged once claimed: from then on the row, the lease and the sweep see to it.
 *
 * Safe to run twice: the claim names the attempt and needs it to be `scheduled`, and an attempt that is in hand is
 * passed over.
 */
export async function handleExecutionScheduled(
  batch: readonly Scheduled[],
  ctx: ClaimContext,
): Promise<readonly Verdict[]> {
  const end = performance.now() + patienceMs;
  let claimed = 0;
  while (claimed < batch.length) {
    const session = ctx.lane.isShut ? undefined : ctx.presence.session;
    const most = batch.length - claimed;
    const slots = session === undefined ? 0 : await ctx.lane.slots.acquire(most, end - performance.now());
    if (session === undefined || slots === 0) {
      await ctx.lane.shut();
      break;
    }
    await claim(batch.slice(claimed, claimed + slots), session, ctx);
    if (session.signal.aborted) break;
    claimed += slots;
  }
  return batch.map((_, index) => (index < claimed ? ack() : release()));
}

/** Takes over as many slots as there are messages; each is free again when its run is over, or does not begin. */
async function claim(messages: readonly Scheduled[], session: Session, ctx: ClaimContext): Promise<void> {
  const { runs, lane } = ctx;
  const reserved = messages.filter(({ body }) => runs.reserve(attemptOf(body)));
  const byId = new Map(reserved.map((received) => [received.body.executionId, received]));
  let started = 0;
  try {
    const rows = reserved.length === 0 ? [] : await claimRows(reserved, session, ctx);
    await faultPoint('worker.claim.after-claim-before-run');
    for (const row of session.signal.aborted ? [] : rows) {
      const received = byId.get(row.id);
      if (received === undefined) continue;
      byId.delete(row.id);
      started++;
      runs.start({ claimed: row, session, cause: causeOf(received), free: () => lane.slots.release(1) });
    }
    announce(rows, ctx);
  } finally {
    for (const { body } of byId.values()) runs.forget(attemptOf(body));
    lane.slots.release(messages.length - started);
  }
  if (byId.size > 0) await ctx.presence.check();
}

/**
 * A claim without an answer may have happened. It is asked again, which waits for the first one if that is still
 * under way, and then for what this worker holds: an execution that was claimed is always started.
 */
async function claimRows(
  messages: readonly Scheduled[],
  { signal, hold }: Session,
  { db, log }: ClaimContext,
): Promise<ClaimedExecution[]> {
  const attempts = messages.map(({ body }) => attemptOf(body));
  const settings = { signal, log, what: 'claim executions' };
  const held = async () => (await persist(() => listClaimedExecutions(db, attempts, hold), settings)) ?? [];
  let asked = 0;
  const ask = () => {
    asked++;
    return claimExecutions(db, attempts, hold);
  };
  try {
    const rows = (await persist(ask, settings)) ?? [];
    return asked > 1 ? await held() : rows;
  } catch (error) {
    const rows = await held();
    if (rows.length === 0) throw error;
    return rows;
  }
}

function attemptOf({ executionId, attempt }: ExecutionScheduled): { id: number; attempt: number } {
  return { id: executionId, attempt };
}

/** Nobody waits for it: whoever misses it looks again after a while. */
function announce(rows: readonly ClaimedExecution[], { publisher, log }: ClaimContext): void {
  if (rows.length === 0) return;
  publisher.publish([message(notice, { changes: rows.map(changeOf) })]).catch((error: unknown) => {
    log.warn({ event: 'worker.notice_lost', err: error }, 'watchers are not told of started executions');
  });
}

function changeOf(row: ClaimedExecution): NoticeChange {
  const subject = executionSubject(row);
  return { entityType: 'execution', entityId: row.id, change: 'updated', ...subject, status: 'running' };
}
