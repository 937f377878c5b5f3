import { TransientError } from '@attune/domain';
import { eventCreated } from '../messages/index.js';
import { PublishError } from '../publish-error.js';
import { received, silentLog } from '../testing/index.js';
import { ack, retry as again } from '../verdict.js';
import type { Verdict } from '../verdict.js';
import type { ConsumerInfo, Handler } from './middleware.js';
import { retry } from './retry.js';
import { HandlerTimeoutError } from './timeout.js';

const consumer: ConsumerInfo = {
  name: 'test',
  queue: 'executor.events',
  contract: eventCreated,
  timeoutMs: 1_000,
  maxAttempts: 8,
  log: silentLog,
};

const batchOf = (...ids: number[]) => ids.map((eventId) => received(eventCreated, { eventIds: [eventId] }));
const idOf = ({ body }: { body: unknown }) => (body as { eventIds: number[] }).eventIds[0];
const delayOf = (verdict?: Verdict) => (verdict?.kind === 'retry' ? (verdict.delayMs ?? 0) : 0);

test('a failing message is found by halving its batch', async () => {
  const calls: number[] = [];
  const handler: Handler = async (batch) => {
    calls.push(batch.length);
    if (batch.some((delivered) => idOf(delivered) === 5)) throw new Error('five');
    return batch.map(ack);
  };
  const verdicts = await retry(handler, consumer)(batchOf(1, 2, 3, 4, 5, 6, 7, 8));
  expect(verdicts.map(({ kind }) => kind)).toEqual([
    'ack',
    'ack',
    'ack',
    'ack',
    'retry',
    'ack',
    'ack',
    'ack',
  ]);
  expect(calls).toEqual([8, 4, 4, 2, 1, 1, 2]);
});

test.each([
  ['a transient error', new TransientError('away')],
  ['a failed publish', new PublishError([], 1)],
  ['a refused connection', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })],
])('%s counts no attempt and is not narrowed down', async (_what, error) => {
  let calls = 0;
  const verdicts = await retry(async () => {
    calls += 1;
    throw error;
  }, consumer)(batchOf(1, 2));
  expect(verdicts).toMatchObject([
    { kind: 'retry', counted: false },
    { kind: 'retry', counted: false },
  ]);
  expect(calls).toBe(1);
});

test('the delay of an outage grows from batch to batch and starts anew after a success', async () => {
  let away = true;
  const handle = retry(async (batch) => {
    if (away) throw new TransientError('away');
    return batch.map(ack);
  }, consumer);
  const delays: number[] = [];
  for (let batch = 0; batch < 5; batch += 1) delays.push(delayOf((await handle(batchOf(1)))[0]));
  away = false;
  await handle(batchOf(1));
  away = true;
  const afterSuccess = delayOf((await handle(batchOf(1)))[0]);

  expect(delays[4]).toBeGreaterThan(2_500);
  expect(afterSuccess).toBeLessThan(400);
});

test('a batch that ran out of time is retried as it is, with delays that part its messages', async () => {
  let calls = 0;
  const verdicts = await retry(async () => {
    calls += 1;
    throw new HandlerTimeoutError('slow');
  }, consumer)(batchOf(1, 2, 3, 4, 5, 6, 7, 8));
  expect(calls).toBe(1);
  expect(new Set(verdicts.map(delayOf)).size).toBeGreaterThan(1);
});

test('a retry without a delay gets one that grows with the attempt; one with a delay keeps it, bounded', async () => {
  const delayAt = async (attempt: number, verdict: Verdict) =>
    delayOf(
      (
        await retry(async () => [verdict], consumer)([received(eventCreated, { eventIds: [1] }, { attempt })])
      )[0],
    );
  expect(await delayAt(1, again('x'))).toBeLessThan(260);
  expect(await delayAt(6, again('x'))).toBeGreaterThan(4_000);
  expect(await delayAt(1, again('x', 1_234))).toBe(1_234);
  expect(await delayAt(1, again('x', 86_400_000))).toBe(300_000);
});
