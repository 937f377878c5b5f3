import type { ExecutionRow } from '@attune/db';
import { splitRef } from '@attune/domain';
import { executionChange, executionRequested, message } from '@attune/mq';
import type { Cause } from '@attune/mq';

import { handOver } from './hand-over.js';
import type { IntakeContext } from './intake-context.js';
import type { StoredEvent } from './store-events.js';

/**
 * Gets committed events going, and tells of them. Returns before the broker has answered (hand-over.ts). Duplicates
 * are left out: their first event was announced.
 */
export async function announceEvents(ctx: IntakeContext, events: readonly StoredEvent[]): Promise<void> {
  const created = events.filter(({ duplicate }) => !duplicate);
  await handOver(
    ctx,
    created.map(({ id, trigger }) => ({
      eventId: id,
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
  await handOver(
    ctx,
    executions.map((execution) => {
      const { id, root, status } = execution;
      const options = { cause: cause ?? { correlationId: `execution:${root}` } };
      return {
        work: message(executionRequested, { executionId: id }, options),
        change: executionChange(execution, { change: 'created', status }),
      };
    }),
  );
}
