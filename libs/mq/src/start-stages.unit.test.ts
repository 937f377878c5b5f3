import { waitUntil } from '@attune/testing';
import { message } from './define-message.js';
import { openMemoryBus } from './memory/open-memory-bus.js';
import { eventCreated, executionRequested, executionScheduled, inquiryResponded } from './messages/index.js';
import { stage } from './stage.js';
import { startStages } from './start-stages.js';
import { silentLog } from './testing/index.js';
import { ack } from './verdict.js';

interface Ctx {
  seen: number[];
}

const events = stage({
  consumes: eventCreated,
  queue: 'executor.events',
  handler: async (batch, ctx: Ctx) => {
    ctx.seen.push(...batch.flatMap(({ body }) => body.eventIds));
    return batch.map(ack);
  },
  emits: [executionRequested],
});

const start = (stages: Parameters<typeof startStages<Ctx>>[1], mustConsume = [eventCreated]) => {
  const bus = openMemoryBus({ log: silentLog });
  const ctx: Ctx = { seen: [] };
  return { bus, ctx, running: startStages(bus, stages, ctx, { log: silentLog, mustConsume }) };
};

test('messages reach the handler with the context', async () => {
  const { bus, ctx, running } = start([events]);
  await running;
  await bus.publish([message(eventCreated, { eventIds: [17] })]);
  await waitUntil(() => ctx.seen.length === 1);
  expect(ctx.seen).toEqual([17]);
});

test('one stage may serve several dispatch queues', async () => {
  const seen: number[] = [];
  const claim = stage({
    name: 'claim',
    consumes: executionScheduled,
    queue: ['dispatch.shell', 'dispatch.python'],
    handler: async (batch, _ctx: Ctx) => {
      seen.push(...batch.map(({ body }) => body.executionId));
      return batch.map(ack);
    },
    emits: [],
  });
  const { bus, running } = start([claim], []);
  await running;
  await bus.publish(
    ['dispatch.shell', 'dispatch.python'].map((dispatchQueue, index) =>
      message(executionScheduled, { executionId: index + 1, attempt: 1 }, { dispatchQueue }),
    ),
  );
  await waitUntil(() => seen.length === 2);
});

test('pausing stops every stage, closing is final, health has one check per consumer', async () => {
  const { bus, ctx, running } = start([events]);
  const stages = await running;
  expect(stages.health().checks).toMatchObject({
    broker: { ok: true },
    'consumer.executor.events': { ok: true, vital: true },
  });
  await stages.pause();
  await bus.publish([message(eventCreated, { eventIds: [1] })]);
  expect(await bus.queueDepth('executor.events')).toBe(1);
  await stages.resume();
  await waitUntil(() => ctx.seen.length === 1);
  await stages.close();
  await stages.close();
  expect(stages.health().checks).not.toHaveProperty('consumer.executor.events');
});

test('incomplete wiring refuses to start, with every fault named', async () => {
  const wrongQueue = stage({ ...events, queue: 'executor.requests', handler: async () => [], emits: [] });
  const noQueue = stage({
    consumes: inquiryResponded,
    queue: 'executor.riddles',
    handler: async (_batch, _ctx: Ctx) => [],
    emits: [],
  });
  const { running } = start([events, wrongQueue, noQueue], [eventCreated, executionRequested] as never);
  await expect(running).rejects.toThrow(
    'cannot start the stages: no stage consumes execution.requested; several stages consume event.created; ' +
      'event.created consumes event.created from executor.requests, which carries execution.requested; ' +
      'inquiry.responded consumes executor.riddles, which is not declared',
  );
});
