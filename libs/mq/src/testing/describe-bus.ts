/// <reference types="jest" />
import { TransientError } from '@attune/domain';
import { waitUntil } from '@attune/testing';
import type { Bus, ConsumeOptions, Handle, Subscription } from '../bus.js';
import { message } from '../define-message.js';
import type { Outgoing } from '../define-message.js';
import { causeOf, causeOfEvent } from '../envelope.js';
import type { Received } from '../envelope.js';
import { eventCreated, executionScheduled, notice } from '../messages/index.js';
import type { EventCreated } from '../messages/index.js';
import { PublishError } from '../publish-error.js';
import { ack, deadLetter, release, retry } from '../verdict.js';
import type { BusWorld } from './bus-world.js';

const queue = 'executor.events';

/** What every bus promises. Each test has a broker of its own. */
export function describeBus(name: string, create: () => Promise<BusWorld>): void {
  let world: BusWorld;
  let bus: Bus;

  const events = (count: number, first = 1): Outgoing[] =>
    Array.from({ length: count }, (_, index) =>
      message(eventCreated, { eventIds: [first + index] }, { cause: causeOfEvent(first + index) }),
    );

  const consume = (
    handle: Handle<EventCreated>,
    options: Partial<ConsumeOptions> = {},
    on: Bus = bus,
  ): Promise<Subscription> => on.consume(eventCreated, { queue, ...options }, handle);

  const idOf = (body: unknown): number => (body as EventCreated).eventIds[0] ?? 0;

  const idsOf = (batch: readonly Received<EventCreated>[]): number[] => batch.map(({ body }) => idOf(body));

  /** Consumes and acknowledges, keeping what came. */
  const collect = async (options: Partial<ConsumeOptions> = {}, on: Bus = bus) => {
    const seen: Received<EventCreated>[] = [];
    const subscription = await consume(
      async (batch) => {
        seen.push(...batch);
        return batch.map(ack);
      },
      options,
      on,
    );
    return { seen, subscription, ids: () => idsOf(seen) };
  };

  /** A handler that holds every batch until it is let go. */
  const gate = () => {
    let open: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    return { open, opened };
  };

  const range = (count: number, first = 1): number[] => Array.from({ length: count }, (_, i) => first + i);
  const sorted = (ids: readonly number[]): number[] => [...ids].sort((a, b) => a - b);

  const alphabetic = (ids: readonly string[]): string[] => [...ids].sort();

  describe(`${name}: a bus`, () => {
    beforeEach(async () => {
      world = await create();
      bus = await world.open();
    });
    afterEach(() => world.dispose());

    describe('publishing', () => {
      test('an empty batch is free', async () => {
        await expect(bus.publish([])).resolves.toBeUndefined();
      });

      test('keeps the order of one publisher, across batches', async () => {
        const { ids } = await collect({ batchSize: 7 });
        await Promise.all([
          bus.publish(events(100)),
          bus.publish(events(100, 101)),
          bus.publish(events(100, 201)),
        ]);
        await waitUntil(() => ids().length === 300);
        expect(ids()).toEqual(range(300));
      });

      test('carries cause, time and identity in the envelope', async () => {
        const before = Date.now();
        const { seen } = await collect();
        await bus.publish(events(1, 17));
        const { envelope, attempt, body } = await waitUntil(() => seen[0]);
        expect({ body, attempt, type: envelope.type, version: envelope.version }).toEqual({
          body: { eventIds: [17] },
          attempt: 1,
          type: 'event.created',
          version: 2,
        });
        expect(envelope.correlationId).toBe('event:17');
        expect(envelope.causationId).toBeUndefined();
        expect(envelope.timestamp.getTime()).toBeGreaterThanOrEqual(before);
        expect(envelope.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
      });

      test('what follows from a message continues its correlation and trace', async () => {
        await bus.ensureDispatchQueue('dispatch.shell');
        const followers: Received<unknown>[] = [];
        await bus.consume(executionScheduled, { queue: 'dispatch.shell' }, async (batch) => {
          followers.push(...batch);
          return batch.map(ack);
        });
        const { seen } = await collect();
        await bus.publish(events(1, 17));
        const event = await waitUntil(() => seen[0]);

        const next = message(
          executionScheduled,
          { executionId: 4, attempt: 1 },
          { cause: causeOf(event), dispatchQueue: 'dispatch.shell' },
        );
        await bus.publish([next]);
        const follower = await waitUntil(() => followers[0]);

        const { correlationId, causationId, traceparent } = follower.envelope;
        expect({ correlationId, causationId }).toEqual({
          correlationId: 'event:17',
          causationId: event.envelope.messageId,
        });
        expect(traceparent?.slice(0, 36)).toBe(event.envelope.traceparent?.slice(0, 36));
      });

      test('work that no queue takes is an error naming it, and the rest of the batch arrives', async () => {
        await bus.ensureDispatchQueue('dispatch.shell');
        const to = (dispatchQueue: string, executionId: number) =>
          message(executionScheduled, { executionId, attempt: 1 }, { dispatchQueue });

        const failure = await bus
          .publish([to('dispatch.shell', 1), to('dispatch.cobol', 2), to('dispatch.shell', 3)])
          .catch((error: unknown) => error);

        expect(failure).toBeInstanceOf(PublishError);
        expect((failure as PublishError).failed).toEqual([
          { index: 1, type: 'execution.scheduled', failure: 'unroutable' },
        ]);
        await waitUntil(async () => (await bus.queueDepth('dispatch.shell')) === 2);
      });

      test('a notice without subscribers is not an error', async () => {
        const change = { entityType: 'event', entityId: 1, change: 'created' as const };
        await expect(bus.publish([message(notice, { changes: [change] })])).resolves.toBeUndefined();
      });

      test('after close it fails loudly', async () => {
        await bus.close();
        await expect(bus.publish(events(1))).rejects.toBeInstanceOf(PublishError);
      });

      test('tells how many messages wait in a queue, and that there is no such queue', async () => {
        await bus.publish(events(3));
        await waitUntil(async () => (await bus.queueDepth(queue)) === 3);
        expect(await bus.queueDepth('dispatch.nobody')).toBeUndefined();
      });
    });

    describe('consuming', () => {
      test('takes what is waiting in batches of at most batchSize', async () => {
        await bus.publish(events(95));
        const sizes: number[] = [];
        await consume(
          async (batch) => {
            sizes.push(batch.length);
            return batch.map(ack);
          },
          { batchSize: 10, prefetch: 50 },
        );
        await waitUntil(() => sizes.reduce((sum, size) => sum + size, 0) === 95);
        expect(Math.max(...sizes)).toBe(10);
        expect(sizes.length).toBeLessThan(40);
      });

      test('runs as many batches at once as asked for', async () => {
        const { open, opened } = gate();
        let running = 0;
        let most = 0;
        await consume(
          async (batch) => {
            running += 1;
            most = Math.max(most, running);
            await opened;
            running -= 1;
            return batch.map(ack);
          },
          { batchSize: 1, concurrency: 3, prefetch: 10 },
        );
        await bus.publish(events(10));
        await waitUntil(() => running === 3);
        open();
        await waitUntil(() => running === 0);
        expect(most).toBe(3);
      });

      test('holds no more than the prefetch; the rest waits in the queue for others', async () => {
        const { open, opened } = gate();
        await consume(
          async (batch) => {
            await opened;
            return batch.map(ack);
          },
          { batchSize: 2, prefetch: 5 },
        );
        await bus.publish(events(20));
        await waitUntil(async () => (await bus.queueDepth(queue)) === 15);
        expect(bus.health().consumers[0]).toMatchObject({ queue, state: 'consuming', held: 5, ok: true });
        open();
        await waitUntil(async () => (await bus.queueDepth(queue)) === 0);
      });

      test('competing consumers share the work: each message goes to one of them', async () => {
        const other = await world.open();
        const one = await collect({ prefetch: 100 });
        const two = await collect({ prefetch: 100 }, other);
        await bus.publish(events(100));
        await waitUntil(() => one.seen.length + two.seen.length === 100);
        expect(sorted([...one.ids(), ...two.ids()])).toEqual(range(100));
        expect(Math.min(one.seen.length, two.seen.length)).toBeGreaterThan(20);
      });

      test('subscribers all get every message', async () => {
        const other = await world.open();
        const heard: string[] = [];
        const listen = (who: string, on: Bus) =>
          on.subscribe(notice, async (batch) => {
            for (const { body } of batch) heard.push(`${who} heard of ${body.changes[0]?.entityId}`);
          });
        await listen('one', bus);
        await listen('two', bus);
        await listen('three', other);
        const change = { entityType: 'event', entityId: 7, change: 'created' as const };
        await bus.publish([message(notice, { changes: [change] })]);
        await waitUntil(() => heard.length === 3);
        expect(alphabetic(heard)).toEqual(['one heard of 7', 'three heard of 7', 'two heard of 7']);
      });

      test('a subscriber that fails goes on with the next message', async () => {
        const heard: (number | undefined)[] = [];
        await bus.subscribe(notice, async (batch) => {
          heard.push(...batch.map(({ body }) => body.changes[0]?.entityId));
          if (heard.length === 1) throw new Error('no');
        });
        const tell = (entityId: number) =>
          bus.publish([message(notice, { changes: [{ entityType: 'event', entityId, change: 'created' }] })]);
        await tell(1);
        await waitUntil(() => heard.length === 1);
        await tell(2);
        await waitUntil(() => heard.length === 2);
        expect(heard).toEqual([1, 2]);
        expect(await bus.listDeadLetters(10)).toEqual([]);
      });

      test('dispatch queues are declared any number of times and keep their messages apart', async () => {
        await Promise.all([
          bus.ensureDispatchQueue('dispatch.shell'),
          bus.ensureDispatchQueue('dispatch.python'),
        ]);
        await bus.ensureDispatchQueue('dispatch.shell');
        const to = (dispatchQueue: string, executionId: number) =>
          message(executionScheduled, { executionId, attempt: 1 }, { dispatchQueue });
        await bus.publish([to('dispatch.shell', 1), to('dispatch.python', 2), to('dispatch.python', 3)]);
        await waitUntil(async () => (await bus.queueDepth('dispatch.python')) === 2);
        expect(await bus.queueDepth('dispatch.shell')).toBe(1);
      });

      test('a queue nobody declared is refused', async () => {
        await expect(consume(async () => [], { queue: 'executor.nothing' })).rejects.toThrow(
          'cannot consume executor.nothing: there is no such queue',
        );
      });
    });

    describe('a log', () => {
      const told = (...ids: number[]): Outgoing =>
        message(notice, {
          changes: ids.map((entityId) => ({ entityType: 'rule', entityId, change: 'updated' as const })),
        });

      const read = async (on: Bus = bus) => {
        const seen: [offset: number | undefined, id: number | undefined][] = [];
        const gaps: number[] = [];
        const subscription = await on.readLog(
          notice,
          async (batch) => {
            for (const { body, envelope } of batch) seen.push([envelope.offset, body.changes[0]?.entityId]);
          },
          { onGap: () => gaps.push(seen.length) },
        );
        return { seen, gaps, subscription };
      };

      test('gives every reader everything in one order, also what came before', async () => {
        await bus.publish(range(20).map((id) => told(id)));
        const early = await read();
        await waitUntil(() => early.seen.length === 20);
        const late = await read(await world.open());
        await bus.publish(range(20, 21).map((id) => told(id)));
        await waitUntil(() => early.seen.length === 40 && late.seen.length === 40);
        expect(early.seen.map(([, id]) => id)).toEqual(range(40));
        expect(late.seen).toEqual(early.seen);
        const first = early.seen[0]?.[0] ?? Number.NaN;
        expect(early.seen.map(([offset]) => offset)).toEqual(range(40, first));
        expect([early.gaps, late.gaps]).toEqual([[], []]);
      });

      test('is not used up by reading, nor by closing', async () => {
        await bus.publish([told(1)]);
        const one = await read();
        await waitUntil(() => one.seen.length === 1);
        await one.subscription.close();
        await bus.publish([told(2)]);
        const two = await read();
        await waitUntil(() => two.seen.length === 2);
        expect(one.seen).toHaveLength(1);
      });

      test('goes on after a batch that could not be handled', async () => {
        const seen: (number | undefined)[] = [];
        await bus.readLog(notice, async ([received]) => {
          const id = received?.body.changes[0]?.entityId;
          seen.push(id);
          if (id === 1) throw new Error('cannot');
        });
        await bus.publish([told(1)]);
        await waitUntil(() => seen.length === 1);
        await bus.publish([told(2)]);
        await waitUntil(() => seen.length === 2);
        expect(seen).toEqual([1, 2]);
      });

      test('of messages that are not kept is refused', async () => {
        await expect(bus.readLog(eventCreated, async () => undefined)).rejects.toThrow(
          'there is no log of event.created',
        );
      });
    });

    describe('verdicts', () => {
      test('retry brings a message back with the next attempt number', async () => {
        const attempts: number[] = [];
        await consume(async (batch) => {
          attempts.push(...batch.map(({ attempt }) => attempt));
          return batch.map(({ attempt }) => (attempt < 3 ? retry('not yet', 0) : ack()));
        });
        await bus.publish(events(1));
        await waitUntil(() => attempts.length === 3);
        expect(attempts).toEqual([1, 2, 3]);
        await waitUntil(() => bus.health().consumers[0]?.held === 0);
      });

      test('a retry waits its delay and keeps nobody else waiting', async () => {
        const seen: { id: number; at: number }[] = [];
        await consume(async (batch) => {
          seen.push(...idsOf(batch).map((id) => ({ id, at: Date.now() })));
          return batch.map(({ body, attempt }) =>
            idOf(body) === 1 && attempt === 1 ? retry('wait', 300) : ack(),
          );
        });
        await bus.publish(events(1));
        await waitUntil(() => seen.length === 1);
        await bus.publish(events(1, 2));
        await waitUntil(() => seen.length === 3);
        expect(seen.map(({ id }) => id)).toEqual([1, 2, 1]);
        const [first = 0, , again = 0] = seen.map(({ at }) => at);
        expect(again - first).toBeGreaterThanOrEqual(295);
      });

      test('each message of a batch has its own fate', async () => {
        const handled: [number, number][] = [];
        await consume(
          async (batch) => {
            handled.push(...batch.map(({ body, attempt }): [number, number] => [idOf(body), attempt]));
            return batch.map(({ body, attempt }) => {
              if (attempt > 1 || idOf(body) % 3 === 0) return ack();
              return idOf(body) % 3 === 1 ? retry('again', 0) : deadLetter('never');
            });
          },
          { batchSize: 9 },
        );
        await bus.publish(events(9));
        await waitUntil(async () => (await bus.listDeadLetters(10)).length === 3);
        await waitUntil(() => handled.length === 12 && bus.health().consumers[0]?.held === 0);
        const again = handled.filter(([, attempt]) => attempt === 2).map(([id]) => id);
        expect(sorted(again)).toEqual([1, 4, 7]);
        const dead = (await bus.listDeadLetters(10)).map(({ body }) => idOf(body));
        expect(sorted(dead)).toEqual([2, 5, 8]);
        expect(await bus.queueDepth(queue)).toBe(0);
      });

      test('release gives a message to another consumer, and no attempt is counted', async () => {
        const other = await world.open();
        let refused = 0;
        const unwilling = await consume(async (batch) => {
          refused += batch.length;
          return batch.map(release);
        });
        await bus.publish(events(3));
        await waitUntil(() => refused > 0);
        const willing = await collect({}, other);
        await waitUntil(() => willing.seen.length === 3);
        await unwilling.close();
        expect(willing.seen.map(({ attempt }) => attempt)).toEqual([1, 1, 1]);
        expect(sorted(willing.ids())).toEqual([1, 2, 3]);
      });

      test('after its attempts a message goes to the dead letters, which say why', async () => {
        const attempts: number[] = [];
        await consume(
          async (batch) => {
            attempts.push(...batch.map(({ attempt }) => attempt));
            return batch.map(() => retry('the moon is wrong', 0));
          },
          { name: 'astrologer', maxAttempts: 3 },
        );
        await bus.publish(events(1, 17));
        const [letter] = await waitUntil(async () => {
          const letters = await bus.listDeadLetters(10);
          return letters.length > 0 && letters;
        });
        expect(attempts).toEqual([1, 2, 3]);
        expect(letter).toEqual({
          id: expect.any(String) as string,
          type: 'event.created',
          version: 2,
          body: { eventIds: [17] },
          reason: 'given up after 3 attempts: the moon is wrong',
          queue,
          handler: 'astrologer',
          attempts: 3,
          correlationId: 'event:17',
          diedAt: expect.any(Date) as Date,
        });
      });
    });

    describe('a handler that throws', () => {
      test('is tried again', async () => {
        const attempts: number[] = [];
        await consume(async (batch) => {
          attempts.push(...batch.map(({ attempt }) => attempt));
          if (batch.some(({ attempt }) => attempt === 1)) throw new Error('boom');
          return batch.map(ack);
        });
        await bus.publish(events(1));
        await waitUntil(() => attempts.length === 2);
        expect(attempts).toEqual([1, 2]);
      });

      test('over one message spares the others of its batch', async () => {
        const done: number[] = [];
        await consume(
          async (batch) => {
            if (idsOf(batch).includes(13)) throw new Error('unlucky');
            done.push(...idsOf(batch));
            return batch.map(ack);
          },
          { batchSize: 50, maxAttempts: 1 },
        );
        await bus.publish(events(50));
        await waitUntil(() => done.length === 49);
        const letters = await waitUntil(async () => {
          const found = await bus.listDeadLetters(10);
          return found.length === 1 && found;
        });
        expect(letters[0]).toMatchObject({
          body: { eventIds: [13] },
          reason: 'given up after 1 attempts: unlucky',
        });
        expect(sorted(done)).toEqual(range(50).filter((id) => id !== 13));
      });

      test('while a database is away uses up no attempts', async () => {
        const attempts: number[] = [];
        await consume(
          async (batch) => {
            attempts.push(...batch.map(({ attempt }) => attempt));
            if (attempts.length < 4) throw new TransientError('database away');
            return batch.map(ack);
          },
          { maxAttempts: 2 },
        );
        await bus.publish(events(1));
        await waitUntil(() => attempts.length === 4);
        expect(attempts).toEqual([1, 1, 1, 1]);
        expect(await bus.listDeadLetters(10)).toEqual([]);
      });

      test('a handler that takes too long counts as failed', async () => {
        await consume(() => new Promise(() => {}), { timeoutMs: 50, maxAttempts: 1 });
        await bus.publish(events(1));
        const [letter] = await waitUntil(async () => {
          const letters = await bus.listDeadLetters(10);
          return letters.length > 0 && letters;
        });
        expect(letter?.reason).toContain('took more than 50 ms');
      });

      test('a wrong number of verdicts is a failure', async () => {
        await consume(async () => [], { maxAttempts: 1 });
        await bus.publish(events(1));
        const [letter] = await waitUntil(async () => {
          const letters = await bus.listDeadLetters(10);
          return letters.length > 0 && letters;
        });
        expect(letter?.reason).toContain('0 verdicts for 1 messages');
      });
    });

    describe('poison', () => {
      const raw = (content: string, type = eventCreated.type, version = eventCreated.version) => ({
        content: Buffer.from(content),
        properties: { messageId: `poison-${content}`, correlationId: 'c', type, headers: { version } },
      });

      test.each([
        ['is not JSON', raw('{"event_ids": [1]'), /^not JSON/],
        ['has an unknown type', raw('{"event_ids": [1]}', 'event.eaten'), /^unknown type 'event.eaten'/],
        [
          'has an unknown version',
          raw('{"event_ids": [1]}', 'event.created', 9),
          /^unknown version 9 of event.created/,
        ],
        ['has a wrong body', raw('{"event_ids": ["x"]}'), /^invalid body: body.eventIds.0/],
        ['has no envelope', { content: Buffer.from('{}'), properties: {} }, /^unknown type ''/],
      ])('a message that %s goes to the dead letters and blocks nobody', async (_what, poison, reason) => {
        const { ids } = await collect();
        await world.inject(queue, poison);
        await bus.publish(events(2));
        await waitUntil(() => ids().length === 2);
        const letters = await waitUntil(async () => {
          const found = await bus.listDeadLetters(10);
          return found.length === 1 && found;
        });
        expect(ids()).toEqual([1, 2]);
        expect(letters[0]).toMatchObject({ queue, reason: expect.stringMatching(reason) as string });
      });

      test('unknown fields are ignored', async () => {
        const { seen } = await collect();
        await world.inject(queue, raw('{"event_ids": [5], "colour": "blue"}'));
        const { body } = await waitUntil(() => seen[0]);
        expect(body).toEqual({ eventIds: [5] });
      });
    });

    describe('dead letters', () => {
      const bury = async (count: number) => {
        const subscription = await consume(async (batch) =>
          batch.map(({ attempt }) => (attempt === 1 ? retry('once more', 0) : deadLetter('no use'))),
        );
        await bus.publish(events(count));
        await waitUntil(async () => (await bus.queueDepth('dead_letters')) === count);
        await subscription.close();
        return bus.listDeadLetters(count);
      };

      test('can be listed again and again, at most as many as asked for', async () => {
        await bury(5);
        expect(await bus.listDeadLetters(2)).toHaveLength(2);
        const all = await waitUntil(async () => {
          const letters = await bus.listDeadLetters(10);
          return letters.length === 5 && letters;
        });
        expect(sorted(all.map(({ body }) => idOf(body)))).toEqual([1, 2, 3, 4, 5]);
      });

      test('requeued ones start anew in the queue they came from', async () => {
        const letters = await bury(3);
        const chosen = letters.filter(({ body }) => idOf(body) !== 2).map(({ id }) => id);
        const { seen } = await collect();
        expect(alphabetic(await bus.requeueDeadLetters([...chosen, 'no-such-id']))).toEqual(
          alphabetic(chosen),
        );
        await waitUntil(() => seen.length === 2);
        expect(sorted(idsOf(seen))).toEqual([1, 3]);
        expect(seen.map(({ attempt }) => attempt)).toEqual([1, 1]);
        await waitUntil(async () => (await bus.queueDepth('dead_letters')) === 1);
      });

      test('dropped ones are gone', async () => {
        const [doomed = '', ...others] = (await bury(3)).map(({ id }) => id);
        expect(await bus.dropDeadLetters([doomed])).toEqual([doomed]);
        const left = await waitUntil(async () => {
          const letters = await bus.listDeadLetters(10);
          return letters.length === 2 && letters;
        });
        expect(alphabetic(left.map(({ id }) => id))).toEqual(alphabetic(others));
      });
    });

    describe('stopping', () => {
      test('close waits for the running batch; what it has not begun goes to others; nothing is lost', async () => {
        const { open, opened } = gate();
        const begun: number[] = [];
        const closing = await consume(
          async (batch) => {
            begun.push(...idsOf(batch));
            await opened;
            return batch.map(ack);
          },
          { batchSize: 5, prefetch: 50 },
        );
        await bus.publish(events(5));
        await waitUntil(() => begun.length > 0);
        await bus.publish(events(45, 6));
        await waitUntil(() => bus.health().consumers[0]?.held === 50);

        let closed = false;
        const closure = closing.close().then(() => {
          closed = true;
        });
        const other = await collect({}, await world.open());
        await waitUntil(() => other.seen.length === 50 - begun.length);
        expect(closed).toBe(false);
        open();
        await closure;

        expect(sorted([...begun, ...other.ids()])).toEqual(range(50));
        expect(other.seen.every(({ attempt }) => attempt === 1)).toBe(true);
        expect(await bus.queueDepth(queue)).toBe(0);
      });

      test('closing gives back what waits for its retry', async () => {
        let refused = 0;
        const closing = await consume(async (batch) => {
          refused += batch.length;
          return batch.map(() => retry('later', 60_000));
        });
        await bus.publish(events(3));
        await waitUntil(() => refused === 3);
        await closing.close();
        const { ids } = await collect();
        await waitUntil(() => ids().length === 3);
      });

      test('closing twice, or the bus at the same time, is safe', async () => {
        const subscription = await collect();
        await Promise.all([
          subscription.subscription.close(),
          subscription.subscription.close(),
          bus.close(),
        ]);
        await expect(bus.close()).resolves.toBeUndefined();
      });

      test('pause gives unhandled messages to other consumers; resume takes part again', async () => {
        const { open, opened } = gate();
        const begun: number[] = [];
        const busy = await consume(
          async (batch) => {
            begun.push(...idsOf(batch));
            await opened;
            return batch.map(ack);
          },
          { batchSize: 1, prefetch: 10 },
        );
        await bus.publish(events(10));
        await waitUntil(() => begun.length === 1 && bus.health().consumers[0]?.held === 10);

        await busy.pause();
        const other = await collect({ batchSize: 1, prefetch: 1 }, await world.open());
        await waitUntil(() => other.seen.length === 9);
        expect(begun).toEqual([1]);
        expect(other.seen.every(({ attempt }) => attempt === 1)).toBe(true);
        expect(bus.health().consumers[0]).toMatchObject({ state: 'paused', ok: true });

        open();
        await other.subscription.close();
        await busy.resume();
        await bus.publish(events(2, 11));
        await waitUntil(() => begun.length === 3);
        expect(begun).toEqual([1, 11, 12]);
      });

      test('pausing and resuming in quick turns loses nothing', async () => {
        const { ids, subscription } = await collect({ batchSize: 3 });
        const publishing = (async () => {
          for (const id of range(60)) await bus.publish(events(1, id));
        })();
        for (let turn = 0; turn < 20; turn += 1) {
          await subscription.pause();
          await subscription.resume();
        }
        await publishing;
        await waitUntil(() => new Set(ids()).size === 60);
        expect(sorted(ids())).toEqual(range(60));
      });
    });
  });
}
