import { startTcpProxy, testServices, waitUntil } from '@attune/testing';
import type { TcpProxy } from '@attune/testing';
import { connect } from 'amqplib';
import type { Bus } from '../bus.js';
import { message } from '../define-message.js';
import { eventCreated, executionScheduled, notice } from '../messages/index.js';
import { brokerName } from '../names.js';
import { PublishError } from '../publish-error.js';
import { rabbitWorld, silentLog } from '../testing/index.js';
import type { RabbitWorld } from '../testing/index.js';
import { ack, release } from '../verdict.js';
import { openRabbitBus } from './open-rabbit-bus.js';

const queue = 'executor.events';

let proxy: TcpProxy;
let world: RabbitWorld;

beforeEach(async () => {
  const { amqpUrl } = testServices();
  proxy = await startTcpProxy({ port: Number(new URL(amqpUrl).port) });
  world = await rabbitWorld({ name: 'faults', through: proxy.through(amqpUrl) });
});

afterEach(async () => {
  proxy.restore();
  await world.dispose();
  await proxy.close();
});

const event = (eventId: number) => message(eventCreated, { eventIds: [eventId] });

async function collect(bus: Bus): Promise<Set<number>> {
  const seen = new Set<number>();
  await bus.consume(eventCreated, { queue }, async (batch) => {
    for (const id of batch.flatMap(({ body }) => body.eventIds)) seen.add(id);
    return batch.map(ack);
  });
  return seen;
}

async function onBroker(act: (name: (local: string) => string, url: string) => Promise<void>): Promise<void> {
  await act((local) => brokerName(world.prefix, local), testServices().amqpUrl);
}

describe('a connection that is cut', () => {
  test('again and again while publishing and consuming loses nothing', async () => {
    const bus = await world.open();
    const seen = await collect(bus);
    const confirmed: number[] = [];
    let finished = false;

    const publishing = (async () => {
      for (let id = 1; id <= 300; id += 1) {
        await bus.publish([event(id)]);
        confirmed.push(id);
      }
      finished = true;
    })();
    for (let cuts = 1; cuts <= 4; cuts += 1) {
      const before = confirmed.length;
      await waitUntil(() => finished || confirmed.length >= before + 40);
      proxy.cut();
      proxy.restore();
    }
    await publishing;

    expect(confirmed).toHaveLength(300);
    await waitUntil(() => confirmed.every((id) => seen.has(id)));
  });

  test('leaves a publisher waiting, and the message arrives when the broker is back', async () => {
    const bus = await world.open();
    proxy.cut();
    await waitUntil(() => !bus.health().connected);
    const publishing = bus.publish([event(1)]);
    proxy.restore();
    await publishing;
    expect(await bus.queueDepth(queue)).toBe(1);
  });

  test('for longer than the limit makes publishing fail, naming every message', async () => {
    const bus = await openRabbitBus({
      url: world.url,
      prefix: world.prefix,
      log: silentLog,
      publishTimeoutMs: 300,
    });
    proxy.cut();
    await waitUntil(() => !bus.health().connected);
    const failure = await bus.publish([event(1), event(2)]).catch((error: unknown) => error);
    await bus.close();
    expect(failure).toBeInstanceOf(PublishError);
    expect((failure as PublishError).message).toBe(
      'cannot publish 2 of 2 messages (event.created unconfirmed): not connected',
    );
  });

  test('says so in its health and is well again afterwards', async () => {
    const bus = await world.open();
    await collect(bus);
    proxy.cut();
    await waitUntil(() => !bus.health().connected);
    await waitUntil(() => bus.health().consumers[0]?.state === 'reconnecting');
    expect(bus.health()).toMatchObject({ detail: 'not connected', consumers: [{ ok: false }] });
    proxy.restore();
    await waitUntil(() => bus.health().connected && bus.health().consumers[0]?.ok);
    expect(bus.health().detail).toBeUndefined();
  });

  test('during a handler brings its message back, and what waited for it comes once', async () => {
    const bus = await world.open();
    const handled: number[] = [];
    let finish: () => void = () => undefined;
    const finishing = new Promise<void>((resolve) => {
      finish = resolve;
    });
    await bus.consume(eventCreated, { queue, batchSize: 1, prefetch: 5 }, async (batch) => {
      expect(batch.map(({ attempt }) => attempt)).toEqual([1]);
      handled.push(...batch.flatMap(({ body }) => body.eventIds));
      if (handled.length === 1) await finishing;
      return batch.map(ack);
    });
    await bus.publish([1, 2, 3, 4].map(event));
    await waitUntil(() => bus.health().consumers[0]?.held === 4);
    proxy.cut();
    await waitUntil(() => !bus.health().connected);
    await waitUntil(() => bus.health().consumers[0]?.state === 'reconnecting');
    finish();
    proxy.restore();
    await waitUntil(() => handled.length === 5);
    await waitUntil(() => bus.health().consumers[0]?.held === 0);
    expect(handled.sort((a, b) => a - b)).toEqual([1, 1, 2, 3, 4]);
  });

  test('tells subscriptions of the gap, and they hear what is published after it', async () => {
    const bus = await world.open();
    const heard: number[] = [];
    let gaps = 0;
    await bus.subscribe(
      notice,
      async (batch) => {
        heard.push(...batch.flatMap(({ body }) => body.changes.map(({ entityId }) => entityId)));
      },
      { onGap: () => (gaps += 1) },
    );
    expect(gaps).toBe(0);
    proxy.cut();
    await waitUntil(() => !bus.health().connected);
    proxy.restore();
    await waitUntil(() => bus.health().consumers[0]?.state === 'consuming');
    await bus.publish([
      message(notice, { changes: [{ entityType: 'event', entityId: 9, change: 'created' }] }),
    ]);
    await waitUntil(() => heard.length > 0);
    expect(heard).toEqual([9]);
    expect(gaps).toBe(1);
  });

  test('a paused consumer stays paused', async () => {
    const bus = await world.open();
    const seen: number[] = [];
    const subscription = await bus.consume(eventCreated, { queue }, async (batch) => {
      seen.push(...batch.flatMap(({ body }) => body.eventIds));
      return batch.map(ack);
    });
    await subscription.pause();
    proxy.cut();
    await waitUntil(() => !bus.health().connected);
    proxy.restore();
    await waitUntil(() => bus.health().connected);
    await bus.publish([event(1)]);
    expect(seen).toEqual([]);
    await subscription.resume();
    await waitUntil(() => seen.length === 1);
  });
});

describe('a connection that is frozen', () => {
  test('is found within 30 s, and everything goes on once the network is back', async () => {
    const bus = await world.open();
    const seen = await collect(bus);
    await bus.publish([event(1)]);
    await waitUntil(() => seen.has(1));

    proxy.freeze();
    const frozen = performance.now();
    await waitUntil(() => !bus.health().connected, {
      timeoutMs: 30_000,
      message: 'the half-open socket to be found',
    });
    expect(performance.now() - frozen).toBeLessThan(30_000);

    proxy.restore();
    await waitUntil(() => bus.health().connected, { timeoutMs: 30_000 });
    await bus.publish([event(2)]);
    await waitUntil(() => seen.has(2));
  }, 90_000);

  test('does not keep the bus from closing', async () => {
    const bus = await world.open();
    await collect(bus);
    proxy.freeze();
    const started = performance.now();
    const closing = bus.close();
    await closing;
    expect(performance.now() - started).toBeLessThan(15_000);
  }, 60_000);
});

describe('a broker', () => {
  test('that is down at start is waited for', async () => {
    proxy.cut();
    let opened: Bus | undefined;
    const opening = world.open().then((bus) => {
      opened = bus;
    });
    await waitUntil(() => true);
    expect(opened).toBeUndefined();
    proxy.restore();
    await opening;
    await opened?.publish([event(1)]);
    expect(await opened?.queueDepth(queue)).toBe(1);
  });

  test('that stays down is given up when asked to', async () => {
    proxy.cut();
    const signal = AbortSignal.timeout(200);
    const opening = openRabbitBus({ url: world.url, prefix: world.prefix, log: silentLog, signal });
    await expect(opening).rejects.toThrow('gave up waiting for the broker');
  });

  test('that forgot a dispatch queue has it declared again after a reconnect', async () => {
    const bus = await world.open();
    await bus.ensureDispatchQueue('dispatch.shell');
    await onBroker(async (name, url) => {
      const model = await connect(url);
      await (await model.createChannel()).deleteQueue(name('dispatch.shell'));
      await model.close();
    });
    proxy.cut();
    proxy.restore();
    await waitUntil(async () => (await bus.queueDepth('dispatch.shell')) === 0);
    const work = message(
      executionScheduled,
      { executionId: 1, attempt: 1 },
      { dispatchQueue: 'dispatch.shell' },
    );
    await expect(bus.publish([work])).resolves.toBeUndefined();
  });

  test('that deletes a queue under its consumer has it declared and consumed again', async () => {
    const bus = await world.open();
    const seen = await collect(bus);
    await onBroker(async (name, url) => {
      const model = await connect(url);
      await (await model.createChannel()).deleteQueue(name(queue));
      await model.close();
    });
    await waitUntil(async () => {
      await bus.publish([event(1)]);
      return seen.has(1);
    });
  });

  test('whose delivery limit a message exceeds has it in the dead letters, from where it can go back', async () => {
    const bus = await world.open();
    const killer = await bus.consume(eventCreated, { queue }, async (batch) => batch.map(release));
    await bus.publish([event(7)]);
    const [letter] = await waitUntil(async () => {
      const letters = await bus.listDeadLetters(10);
      return letters.length > 0 && letters;
    });
    await killer.close();
    expect(letter).toMatchObject({
      body: { eventIds: [7] },
      reason: 'delivery_limit',
      queue,
      handler: 'broker',
      type: 'event.created',
    });

    const seen = await collect(bus);
    await bus.requeueDeadLetters([letter?.id ?? '']);
    await waitUntil(() => seen.has(7));
  });

  test('that has a queue with other arguments is used as it is', async () => {
    const bus = await world.open();
    await onBroker(async (name, url) => {
      const model = await connect(url);
      const channel = await model.createChannel();
      await channel.assertQueue(name('dispatch.odd'), {
        durable: true,
        arguments: { 'x-queue-type': 'classic' },
      });
      await model.close();
    });
    await bus.ensureDispatchQueue('dispatch.odd');
    const work = message(
      executionScheduled,
      { executionId: 1, attempt: 1 },
      { dispatchQueue: 'dispatch.odd' },
    );
    await bus.publish([work]);
    expect(await bus.queueDepth('dispatch.odd')).toBe(1);
  });
});

describe('a reader of the log', () => {
  const told = (entityId: number) =>
    message(notice, { changes: [{ entityType: 'rule', entityId, change: 'updated' }] });

  async function read(bus: Bus) {
    const seen: number[] = [];
    let gaps = 0;
    await bus.readLog(
      notice,
      async (batch) => {
        for (const { body } of batch) seen.push(body.changes[0]?.entityId ?? 0);
      },
      { onGap: () => (gaps += 1) },
    );
    return { seen, gaps: () => gaps };
  }

  test('whose connection is cut again and again misses nothing, repeats nothing and knows of no gap', async () => {
    const reading = await world.open();
    const { amqpUrl: url } = testServices();
    const publishing = await openRabbitBus({ url, prefix: world.prefix, log: silentLog });
    const { seen, gaps } = await read(reading);
    for (let id = 1; id <= 200; id += 1) {
      await publishing.publish([told(id)]);
      if (id % 50 !== 0) continue;
      proxy.cut();
      proxy.restore();
    }
    await waitUntil(() => seen.length >= 200);
    expect(seen).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
    expect(gaps()).toBe(0);
    await publishing.close();
  });

  test('whose log is another one says so, and goes on with that', async () => {
    const bus = await world.open();
    const { seen, gaps } = await read(bus);
    for (let id = 1; id <= 5; id += 1) await bus.publish([told(id)]);
    await waitUntil(() => seen.length === 5);
    await onBroker(async (local, url) => {
      const model = await connect(url);
      const channel = await model.createChannel();
      await channel.deleteQueue(local('notices.log'));
      await model.close();
    });
    await waitUntil(() => gaps() === 1);
    await bus.publish([told(6)]);
    await waitUntil(() => seen.includes(6));
    expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
  });
});
