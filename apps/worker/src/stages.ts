import { builtinRuntimes, dispatchQueueName } from '@attune/domain';
import type { BuiltinRuntime } from '@attune/domain';
import { executionCancelRequested, executionFinished, executionScheduled, notice, stage } from '@attune/mq';
import type { Bus, Stage, Subscription } from '@attune/mq';
import { handleExecutionScheduled } from './claim/execution-scheduled.handler.js';
import type { ClaimContext } from './context.js';
import type { Runs } from './run/runs.js';
import { slotKindOf } from './runtimes/runtime.js';
import type { SlotKind } from './runtimes/runtime.js';

/** Of built-in runs many end before the next message is there; a larger batch costs them nothing. */
const builtinBatch = 100;

export const slotKinds: readonly SlotKind[] = ['program', 'builtin'];

/**
 * The worker's table of contents: message in → handler → messages out. A stage for each kind of slot, because each
 * takes in only what it has slots for.
 */
export const stages: readonly Stage<ClaimContext>[] = slotKinds.map((kind) =>
  claimStage(kind, builtinRuntimes),
);

/** The stage of one kind of slot, for the runtimes that this worker offers and with credits for its slots. */
export function claimStage(
  kind: SlotKind,
  runtimes: readonly BuiltinRuntime[],
  { slots, timeoutMs }: { slots?: number; timeoutMs?: number } = {},
): Stage<ClaimContext> {
  return stage({
    name: `claim ${kind}`,
    consumes: executionScheduled,
    queue: runtimes.filter((name) => slotKindOf(name) === kind).map((name) => dispatchQueueName(name)),
    handler: handleExecutionScheduled,
    emits: [executionFinished, notice],
    ...(slots === undefined ? {} : credits(kind, slots)),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
}

/** Cancelling is no work to be shared out: every worker hears of it, and the one that has the attempt ends it. */
export function listenForCancels(bus: Bus, runs: Runs): Promise<Subscription> {
  return bus.subscribe(executionCancelRequested, async (batch) => {
    for (const { body } of batch) runs.cancel({ id: body.executionId, attempt: body.attempt });
  });
}

function credits(kind: SlotKind, slots: number): { batchSize: number; prefetch: number } {
  if (kind === 'program') return { batchSize: slots, prefetch: slots };
  const batchSize = Math.min(slots, builtinBatch);
  return { batchSize, prefetch: 2 * batchSize };
}
