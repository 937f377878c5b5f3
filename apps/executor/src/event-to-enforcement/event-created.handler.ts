import { loadPendingEvents } from '@attune/db';
import { ack, causeOf, executionRequested, message, noticeOf } from '@attune/mq';
import type { EventCreated, Outgoing, Received, Verdict } from '@attune/mq';
import { faultPoint } from '@attune/service';

import type { ExecutorContext } from '../context.js';
import { changesOf } from './evaluation-changes.js';
import { evaluateEvents } from './evaluate-events.js';
import type { EvaluatedEvents } from './evaluate-events.js';
import { countRuleFailures } from './rule-failures.js';

/**
 * Events → enforcements and executions. Safe to run twice: only pending events are loaded, and committing an event
 * a second time writes nothing. What a crash leaves unannounced is found by the sweep of requested executions.
 */
export async function handleEventCreated(
  batch: readonly Received<EventCreated>[],
  ctx: ExecutorContext,
): Promise<readonly Verdict[]> {
  const events = await loadPendingEvents(
    ctx.db,
    batch.map(({ body }) => body.eventId),
  );
  const received = new Map(batch.map((each) => [each.body.eventId, each]));
  for (let rest = events; rest.length > 0;) {
    await faultPoint('executor.events.after-load-before-commit');
    const evaluated = await evaluateEvents(rest, ctx);
    await faultPoint('executor.events.after-commit-before-publish');
    await ctx.publisher.publish([...requestsOf(evaluated, received), ...noticeOf(changesOf(evaluated))]);
    await faultPoint('executor.events.after-publish-before-ack');
    await countRuleFailures(evaluated.failures, ctx);
    rest = rest.slice(evaluated.events.length);
  }
  return batch.map(() => ack());
}

function requestsOf(
  { created }: EvaluatedEvents,
  received: ReadonlyMap<number, Received<EventCreated>>,
): Outgoing[] {
  return created.flatMap(({ event_id, execution_id }) => {
    const origin = received.get(event_id);
    if (execution_id === null || origin === undefined) return [];
    return [message(executionRequested, { executionId: execution_id }, { cause: causeOf(origin) })];
  });
}
