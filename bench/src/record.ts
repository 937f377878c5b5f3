import { insertEvents } from '@attune/db';
import { eventMessages } from '@attune/mq';
import { benchTrigger, type BenchWorld } from './bench-world.js';

/** Records events as the ways in do: one statement, then one batch of messages. Answers their ids. */
export async function recordBatch({ database, bus }: BenchWorld, count: number): Promise<number[]> {
  const events = Array.from({ length: count }, (_, n) => ({
    trigger_ref: benchTrigger,
    payload: { n, site: 'a', text: 'something that happened somewhere, as sensors tell it' },
  }));
  const rows = await insertEvents(database.db, events);
  const ids = rows.map(({ id }) => id);
  await bus.publish(eventMessages(ids));
  return ids;
}
