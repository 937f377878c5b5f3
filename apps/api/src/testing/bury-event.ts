import { deadLetter, eventCreated, message } from '@attune/mq';
import type { Bus } from '@attune/mq';
import { waitUntil } from '@attune/testing';

/** A message of an event that a consumer has given up; answers its id. */
export async function buryEvent(bus: Bus, eventId: number, reason = 'cannot read it'): Promise<string> {
  const options = { queue: 'executor.events', name: 'test' };
  const subscription = await bus.consume(eventCreated, options, async (batch) =>
    batch.map(() => deadLetter(reason)),
  );
  await bus.publish([message(eventCreated, { eventIds: [eventId] })]);
  const buried = await waitUntil(async () => {
    const letters = await bus.listDeadLetters(100);
    return letters.find(({ body }) => eventCreated.schema.parse(body).eventIds.includes(eventId));
  });
  await subscription.close();
  return buried.id;
}
