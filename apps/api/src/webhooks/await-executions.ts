import { findEvent, getExecution, listExecutions } from '@attune/db';
import type { ExecutionDetail } from '@attune/db';
import { isTerminalExecution, RateLimitedError } from '@attune/domain';
import type { ApiContext } from '../context.js';
import { follow } from '../streams/followers.js';

const mostExecutions = 100;

type Following = Pick<ApiContext, 'db' | 'streams'>;

/** Deliveries that wait share the places that one account has among the streams. */
const senders = 0;

/**
 * The executions that an event started, once all of them are finished; undefined when it started none, or the signal
 * ends before, or this process follows as much as it may.
 */
export async function awaitExecutions(
  ctx: Following,
  eventId: number,
  signal: AbortSignal,
): Promise<ExecutionDetail[] | undefined> {
  const over = new AbortController();
  try {
    ctx.streams.open(senders, over.signal);
    if (!(await isEvaluated(ctx, eventId, signal))) return undefined;
    const { items } = await listExecutions(ctx.db, { cause_event: eventId }, { limit: mostExecutions });
    const finished = [];
    for (const { id } of items.toReversed()) finished.push(await finishedExecution(ctx, id, signal));
    return finished.length > 0 && finished.every((row) => row !== undefined) ? finished : undefined;
  } catch (error) {
    if (error instanceof RateLimitedError) return undefined;
    throw error;
  } finally {
    over.abort();
  }
}

async function isEvaluated(ctx: Following, id: number, signal: AbortSignal): Promise<boolean> {
  const evaluated = await following(ctx, { what: 'event', id, signal }, async () =>
    (await findEvent(ctx.db, id))?.status === 'evaluated' ? true : undefined,
  );
  return evaluated ?? false;
}

async function finishedExecution(ctx: Following, id: number, signal: AbortSignal) {
  return following(ctx, { what: 'execution', id, signal }, async () => {
    const row = await getExecution(ctx.db, id);
    return isTerminalExecution(row.status) ? row : undefined;
  });
}

/** Looks, and looks again whenever something has changed, until there is something to see. */
async function following<T>(
  { streams }: Following,
  { what, id, signal }: { what: 'event' | 'execution'; id: number; signal: AbortSignal },
  look: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const follower = follow(streams.fanOut, what, id);
  try {
    for (;;) {
      const seen = await look();
      if (seen !== undefined || signal.aborted) return seen;
      await follower.changed(streams.settings.recheck_ms, signal);
    }
  } finally {
    follower.close();
  }
}
