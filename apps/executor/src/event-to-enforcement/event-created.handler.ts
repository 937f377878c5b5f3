import { loadPendingEvents } from '@attune/db';
import type { EventRow } from '@attune/db';
import { ack, causeOfEvent, executionRequested, message, noticeOf } from '@attune/mq';
import type { EventCreated, Outgoing, Received, Verdict } from '@attune/mq';
import { faultPoint } from '@attune/service';

import type { ExecutorContext } from '../context.js';
import { changesOf } from './evaluation-changes.js';
import { evaluateEvents } from './evaluate-events.js';
import type { EvaluatedEvents } from './evaluate-events.js';
import { countRuleFailures } from './rule-failures.js';

/** Whose payloads are in memory at once, and which one statement and one batch of messages should serve. */
const eventsAtOnce = 500;

/**
 * Events → enforcements and executions. Safe to run twice: only pending events are loaded, and committing an event
 * a second time writes nothing. What a crash leaves unannounced is found by the sweep of requested executions.
 */
export async function handleEventCreated(
  batch: readonly Received<EventCreated>[],
  ctx: ExecutorContext,
): Promise<readonly Verdict[]> {
  const messageIds = new Map(
    batch.flatMap(({ body, envelope }) => body.eventIds.map((id) => [id, envelope.messageId])),
  );
  const ids = [...messageIds.keys()];
  for (let first = 0; first < ids.length; first += eventsAtOnce) {
    const events = await loadPendingEvents(ctx.db, ids.slice(first, first + eventsAtOnce));
    await evaluateAll(events, messageIds, ctx);
  }
  return batch.map(() => ack());
}

async function evaluateAll(
  events: readonly EventRow[],
  messageIds: ReadonlyMap<number, string>,
  ctx: ExecutorContext,
): Promise<void> {
  for (let rest = events; rest.length > 0;) {
    await faultPoint('executor.events.after-load-before-commit');
    const evaluated = await evaluateEvents(rest, ctx);
    await faultPoint('executor.events.after-commit-before-publish');
    await ctx.publisher.publish([...requestsOf(evaluated, messageIds), ...noticeOf(changesOf(evaluated))]);
    await faultPoint('executor.events.after-publish-before-ack');
    await countRuleFailures(evaluated.failures, ctx);
    rest = rest.slice(evaluated.events.length);
  }
}

/** Each event is the root of what follows from it, whatever message it came with. */
function requestsOf({ created }: EvaluatedEvents, messageIds: ReadonlyMap<number, string>): Outgoing[] {
  return created.flatMap(({ event_id, execution_id }) => {
    const messageId = messageIds.get(event_id);
    if (execution_id === null || messageId === undefined) return [];
    const cause = { ...causeOfEvent(event_id), messageId };
    return [message(executionRequested, { executionId: execution_id }, { cause })];
  });
}
