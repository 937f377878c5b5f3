import { waitUntil } from '@attune/testing';
import { message } from '../define-message.js';
import { eventCreated, notice } from '../messages/index.js';
import type { PublishError } from '../publish-error.js';
import { memoryWorld } from '../testing/index.js';
import { ack } from '../verdict.js';
import { Fifo } from './fifo.js';

const queue = 'executor.events';
const events = (count: number) =>
  Array.from({ length: count }, (_, index) => message(eventCreated, { eventIds: [index + 1] }));

test('a full queue makes its publishers wait until there is room', async () => {
  const bus = await (await memoryWorld({ maxQueueLength: 5 })).open();
  let published = false;
  const publishing = bus.publish(events(8)).then(() => {
    published = true;
  });
  await waitUntil(async () => (await bus.queueDepth(queue)) === 5);
  expect(published).toBe(false);

  const seen: number[] = [];
  await bus.consume(eventCreated, { queue }, async (batch) => {
    seen.push(...batch.flatMap(({ body }) => body.eventIds));
    return batch.map(ack);
  });
  await publishing;
  await waitUntil(() => seen.length === 8);
  expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

test('a queue that stays full makes publishing fail, naming what had no room', async () => {
  const bus = await (await memoryWorld({ maxQueueLength: 2 })).open();
  const failure = await bus.publish(events(3)).catch((error: unknown) => error);
  expect((failure as PublishError).failed).toEqual([
    { index: 2, type: 'event.created', failure: 'rejected' },
  ]);
});

test('a subscriber that is too slow loses the oldest and is told of the gap', async () => {
  const bus = await (await memoryWorld()).open();
  let gaps = 0;
  const heard: number[] = [];
  const subscription = await bus.subscribe(
    notice,
    async (batch) => {
      heard.push(...batch.map(({ body }) => body.changes[0]?.entityId ?? 0));
    },
    { onGap: () => (gaps += 1) },
  );
  await subscription.pause();
  const change = { entityType: 'event', change: 'created' as const };
  for (let entityId = 1; entityId <= 10_005; entityId += 1) {
    await bus.publish([message(notice, { changes: [{ ...change, entityId }] })]);
  }
  await subscription.resume();
  await waitUntil(() => heard.length === 10_000);
  expect(heard[0]).toBe(6);
  expect(gaps).toBe(5);
});

test('buses of one process share their broker; each closes alone', async () => {
  const world = await memoryWorld();
  const [one, two] = [await world.open(), await world.open()];
  await one.publish(events(2));
  await one.close();
  expect(await two.queueDepth(queue)).toBe(2);
});

test('a fifo keeps its order through pushes, shifts and returns to the front', () => {
  const fifo = new Fifo<number>();
  for (let item = 0; item < 5_000; item += 1) fifo.push(item);
  const taken = Array.from({ length: 3_000 }, () => fifo.shift());
  fifo.unshift([-2, -1]);
  expect(taken).toEqual(Array.from({ length: 3_000 }, (_, index) => index));
  expect(fifo.length).toBe(2_002);
  expect([fifo.shift(), fifo.shift(), fifo.shift()]).toEqual([-2, -1, 3_000]);
});
