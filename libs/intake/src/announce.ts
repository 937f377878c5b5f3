import { causeOfEvent, eventCreated, executionRequested, message, notice } from '@attune/mq';
import type { Cause, NoticeChange, Outgoing } from '@attune/mq';
import { splitRef } from '@attune/domain';
import type { ExecutionRow } from '@attune/db';

import type { IntakeContext } from './intake-context.js';
import type { StoredEvent } from './store-events.js';

/**
 * Publishes what was committed, as one batch with one notice. Duplicates are left out: their first event was
 * announced. A failure is logged and not raised: the rows are kept, and the sweep over rows nobody has taken
 * up announces them again.
 */
export async function announceEvents(
  ctx: IntakeContext,
  events: readonly StoredEvent[],
  cause?: Cause,
): Promise<void> {
  const created = events.filter(({ duplicate }) => !duplicate);
  await announce(
    ctx,
    created.map(({ id }) => message(eventCreated, { eventId: id }, { cause: cause ?? causeOfEvent(id) })),
    created.map(({ id, trigger }) => ({
      entityType: 'event',
      entityId: id,
      change: 'created',
      ref: trigger,
      packRef: splitRef(trigger).pack,
      status: 'pending',
    })),
  );
}

/** The same for executions in `requested`. */
export async function announceExecutions(
  ctx: IntakeContext,
  executions: readonly ExecutionRow[],
  cause?: Cause,
): Promise<void> {
  await announce(
    ctx,
    executions.map(({ id, root }) =>
      message(
        executionRequested,
        { executionId: id },
        { cause: cause ?? { correlationId: `execution:${root}` } },
      ),
    ),
    executions.map(executionChange),
  );
}

function executionChange({ id, action_ref: ref, root, executor, status }: ExecutionRow): NoticeChange {
  return {
    entityType: 'execution',
    entityId: id,
    change: 'created',
    ref,
    packRef: splitRef(ref).pack,
    root,
    status,
    ...(executor === null ? {} : { identityId: executor }),
  };
}

async function announce(
  { publisher, log }: IntakeContext,
  messages: readonly Outgoing[],
  changes: readonly NoticeChange[],
): Promise<void> {
  const [first] = messages;
  if (first === undefined) return;
  const options = first.cause === undefined ? {} : { cause: first.cause };
  try {
    await publisher.publish([...messages, message(notice, { changes: [...changes] }, options)]);
  } catch (error) {
    const ids = changes.map(({ entityId }) => entityId);
    log.warn(
      { event: 'intake.announce_failed', err: error, entity_type: changes[0]?.entityType, ids },
      'committed but not announced; the sweep announces it',
    );
  }
}
