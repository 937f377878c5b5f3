import type { ExecutionRow } from '@attune/db';
import { splitRef } from '@attune/domain';
import {
  causeOfEvent,
  eventCreated,
  executionRequested,
  executionSubject,
  message,
  notice,
} from '@attune/mq';
import type { Cause, NoticeChange, Outgoing, Publisher } from '@attune/mq';

import { gather } from './gather.js';
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
    created.map(({ id, trigger }) => ({
      work: message(eventCreated, { eventId: id }, { cause: cause ?? causeOfEvent(id) }),
      change: {
        entityType: 'event',
        entityId: id,
        change: 'created',
        ref: trigger,
        packRef: splitRef(trigger).pack,
        status: 'pending',
      },
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
    executions.map((execution) => {
      const { id, root } = execution;
      const options = { cause: cause ?? { correlationId: `execution:${root}` } };
      return {
        work: message(executionRequested, { executionId: id }, options),
        change: executionChange(execution),
      };
    }),
  );
}

function executionChange(execution: ExecutionRow): NoticeChange {
  const { id: entityId, status } = execution;
  return { entityType: 'execution', entityId, change: 'created', ...executionSubject(execution), status };
}

/** A row that was committed: the message that gets it going, and the news of it. */
interface Announcement {
  readonly work: Outgoing;
  readonly change: NoticeChange;
}

/** Announcements of many callers share a batch, a notice and a wait for the broker. Answers what went wrong. */
const publishTogether = gather(publishBatch, { maxItems: 1_000, lanes: 2 });

async function publishBatch(
  publisher: Publisher,
  announcements: readonly Announcement[],
): Promise<readonly unknown[]> {
  const cause = announcements[0]?.work.cause;
  const changes = announcements.map(({ change }) => change);
  const news = message(notice, { changes }, cause === undefined ? {} : { cause });
  const failure = await publisher.publish([...announcements.map(({ work }) => work), news]).then(
    () => undefined,
    (error: unknown) => error,
  );
  return announcements.map(() => failure);
}

async function announce(
  { publisher, log }: IntakeContext,
  announcements: readonly Announcement[],
): Promise<void> {
  if (announcements.length === 0) return;
  const [error] = await publishTogether(publisher, announcements);
  if (error === undefined) return;
  const ids = announcements.map(({ change }) => change.entityId);
  log.warn(
    { event: 'intake.announce_failed', err: error, entity_type: announcements[0]?.change.entityType, ids },
    'committed but not announced; the sweep announces it',
  );
}
