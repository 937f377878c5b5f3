import { eventCreated, notice } from '@attune/mq';
import type { Outgoing, Publisher } from '@attune/mq';
import { recordPublisher } from '@attune/mq/testing';
import { createLogger, renderMetrics } from '@attune/service';
import { waitUntil } from '@attune/testing';

import { handedOver, handOver } from './hand-over.js';
import type { Announcement } from './hand-over.js';

const silent = createLogger('test', { level: 'silent' });

function events(count: number, first = 1): Announcement[] {
  return Array.from({ length: count }, (_, index) => ({
    eventId: first + index,
    change: { entityType: 'event', entityId: first + index, change: 'created' },
  }));
}

/** A broker that answers when the test says so. */
function stalledPublisher() {
  const batches: { messages: readonly Outgoing[]; confirm: () => void; fail: (error: Error) => void }[] = [];
  const publisher: Publisher = {
    publish: (messages) =>
      new Promise((confirm, fail) => {
        batches.push({ messages, confirm, fail });
      }),
  };
  return { publisher, batches, ctx: { publisher, log: silent } };
}

const pending = Symbol('pending');
async function stateOf(promise: Promise<void>): Promise<unknown> {
  await new Promise(setImmediate);
  return Promise.race([promise, Promise.resolve(pending)]);
}

test('many rows share few messages, and one notice', async () => {
  const publisher = recordPublisher();
  const ctx = { publisher, log: silent };
  await Promise.all([handOver(ctx, events(30)), handOver(ctx, events(10, 31))]);
  await handedOver({ publisher });
  const ids = publisher.bodies(eventCreated).map(({ eventIds }) => eventIds);
  expect(ids.map(({ length }) => length)).toEqual([25, 15]);
  expect(ids.flat()).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
  expect(publisher.bodies(notice).map(({ changes }) => changes.length)).toEqual([40]);
});

test('nobody waits for a broker that is slow, and what comes meanwhile is one batch', async () => {
  const { ctx, batches, publisher } = stalledPublisher();
  await handOver(ctx, events(1));
  await waitUntil(() => batches.length === 1);
  await handOver(ctx, events(1, 2));
  await handOver(ctx, events(1, 3));
  batches[0]?.confirm();
  await waitUntil(() => batches.length === 2);
  expect(batches[1]?.messages[0]?.body).toEqual({ eventIds: [2, 3] });
  batches[1]?.confirm();
  await handedOver({ publisher });
});

test('whoever brings more than may be under way waits for its own, until the broker answers', async () => {
  const { ctx, batches, publisher } = stalledPublisher();
  await handOver(ctx, events(2_000));
  const waiting = handOver(ctx, events(1, 2_001));
  expect(await stateOf(waiting)).toBe(pending);
  await waitUntil(() => batches.length === 1);
  batches[0]?.fail(new Error('the broker is away'));
  await waitUntil(() => batches.length === 2);
  expect(await stateOf(waiting)).toBe(pending);
  batches[1]?.confirm();
  await waiting;
  await handOver(ctx, events(1, 2_002));
  await waitUntil(() => batches.length === 3);
  batches[2]?.confirm();
  await handedOver({ publisher });
});

test('the shutdown waits until everything is announced or given up', async () => {
  const { ctx, batches, publisher } = stalledPublisher();
  await handOver(ctx, events(1));
  const drained = handedOver({ publisher });
  await waitUntil(() => batches.length === 1);
  await handOver(ctx, events(1, 2));
  batches[0]?.confirm();
  await waitUntil(() => batches.length === 2);
  expect(await stateOf(drained)).toBe(pending);
  batches[1]?.fail(new Error('the broker is away'));
  await drained;
});

test('what could not be announced is counted', async () => {
  const publisher = recordPublisher();
  publisher.failOnce();
  const before = await unannounced();
  await handOver({ publisher, log: silent }, events(3));
  await handedOver({ publisher });
  expect((await unannounced()) - before).toBe(3);
});

async function unannounced(): Promise<number> {
  const { text } = await renderMetrics();
  return Number(/attune_intake_unannounced_total\{entity="event"\} (\d+)/.exec(text)?.[1] ?? 0);
}
