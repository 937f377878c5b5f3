import { findEvent, getExecution, listExecutions } from '@attune/db';
import type { ExecutionDetail } from '@attune/db';
import { isTerminalExecution, RateLimitedError } from '@attune/domain';
import type { ApiContext } from '../context.js';
import type { Follower } from '../streams/followers.js';

const mostExecutions = 100;

type Following = Pick<ApiContext, 'db' | 'followers'>;

/**
 * The executions that an event started, once all of them are finished; undefined when it started none, or the signal
 * ends before, or this process follows as much as it may.
 */
export async function awaitExecutions(
  ctx: Following,
  eventId: number,
  signal: AbortSignal,
): Promise<ExecutionDetail[] | undefined> {
  try {
    if (!(await isEvaluated(ctx, eventId, signal))) return undefined;
    const { items } = await listExecutions(ctx.db, { cause_event: eventId }, { limit: mostExecutions });
    const finished = [];
    for (const { id } of items.toReversed()) finished.push(await finishedExecution(ctx, id, signal));
    return finished.length > 0 && finished.every((row) => row !== undefined) ? finished : undefined;
  } catch (error) {
    if (error instanceof RateLimitedError) return undefined;
    throw error;
  }
}

async function isEvaluated({ db, followers }: Following, id: number, signal: AbortSignal): Promise<boolean> {
  return following(followers.follow(id, 'event'), signal, async () =>
    (await findEvent(db, id))?.status === 'evaluated' ? true : undefined,
  ).then((evaluated) => evaluated ?? false);
}

async function finishedExecution({ db, followers }: Following, id: number, signal: AbortSignal) {
  return following(followers.follow(id), signal, async () => {
    const row = await getExecution(db, id);
    return isTerminalExecution(row.status) ? row : undefined;
  });
}

/** Looks, and looks again whenever something has changed, until there is something to see. */
async function following<T>(
  follower: Follower,
  signal: AbortSignal,
  look: () => Promise<T | undefined>,
): Promise<T | undefined> {
  try {
    for (;;) {
      const seen = await look();
      if (seen !== undefined || signal.aborted) return seen;
      await follower.changed(signal);
    }
  } finally {
    follower.close();
  }
}
