import { insertEvents } from '@attune/db';
import { faultPoint } from '@attune/service';

import { announceEvents } from './announce.js';
import { gather } from './gather.js';
import type { IncomingEvent } from './incoming-event.js';
import type { IntakeContext } from './intake-context.js';
import { storeEvents } from './store-events.js';
import type { Storing } from './store-events.js';

/** Events that come one by one at a high rate are inserted together. */
const insertTogether = gather(insertEvents, { maxItems: 1_000, lanes: 2 });

export interface RecordedEvent {
  readonly id: number;
  /** True when an earlier event had the same de-duplication key; `id` is that event's. */
  readonly duplicate: boolean;
}

/**
 * Records a batch of events: all of them or, with a ValidationError that names every problem by path
 * (`events[3].payload.size`), none. When it returns, the events are committed; they are announced
 * afterwards (hand-over.ts), and if that fails the executor's sweep announces them. Repeating a call is safe for events
 * with a de-duplication key. Answers in input order.
 */
export async function recordEvents(
  ctx: IntakeContext,
  events: readonly IncomingEvent[],
  { insert = insertTogether, ...storing }: Storing = {},
): Promise<readonly RecordedEvent[]> {
  if (events.length === 0) return [];
  const stored = await storeEvents(ctx.db, events, { insert, ...storing });
  await faultPoint('intake.events.after-commit-before-publish');
  await announceEvents(ctx, stored);
  return stored.map(({ id, duplicate }) => ({ id, duplicate }));
}
