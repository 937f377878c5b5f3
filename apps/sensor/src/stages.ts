import { definitionChanged } from '@attune/mq';
import type { Bus, Subscription } from '@attune/mq';

/** Kinds of definition that decide which timers there are. */
const timerDefinitions: ReadonlySet<string> = new Set(['rule', 'trigger', 'pack']);

/**
 * The sensor's table of contents: it consumes no work, only news of definitions, and emits `event.created`
 * (by @attune/intake). A lost message costs time: timers are reconciled every few seconds anyway.
 */
export function startStages(bus: Bus, reconcile: () => Promise<void>): Promise<Subscription> {
  return bus.subscribe(definitionChanged, async (batch) => {
    if (batch.some(({ body }) => timerDefinitions.has(body.entityType))) await reconcile();
  });
}
