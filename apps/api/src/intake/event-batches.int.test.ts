import { insertPack, insertTrigger } from '@attune/db';
import { useTestDatabase } from '@attune/db/testing';
import { ValidationError } from '@attune/domain';
import { eventCreated } from '@attune/mq';
import { recordPublisher } from '@attune/mq/testing';
import { createLogger } from '@attune/service';
import { createEventBatches } from './event-batches.js';

const database = useTestDatabase();
const log = createLogger('test', { level: 'silent' });

beforeAll(async () => {
  await insertPack(database.db, { ref: 'ops', label: 'x', version: '1.0.0' });
  const out_schema = { n: { type: 'integer', required: true } };
  await insertTrigger(database.db, { ref: 'ops.count', label: 'x', out_schema });
});

function batches() {
  const publisher = recordPublisher();
  return { publisher, record: createEventBatches({ db: database.db, publisher, log }) };
}

const event = (n: unknown) => ({ trigger: 'ops.count', payload: { n } });

async function payloads(ids: readonly number[]) {
  const rows = await database.db
    .selectFrom('event')
    .select(['id', 'payload'])
    .where('id', 'in', ids)
    .execute();
  return ids.map((id) => rows.find((row) => row.id === id)?.payload);
}

test('concurrent requests share commits and announcements, and each gets its own events', async () => {
  const { publisher, record } = batches();
  const answers = await Promise.all(
    Array.from({ length: 300 }, (_, n) => record([event(n), event(n + 1000)])),
  );
  const ids = answers.flatMap((recorded) => recorded.map(({ id }) => id));
  expect(await payloads(ids)).toEqual(Array.from({ length: 300 }, (_, n) => [{ n }, { n: n + 1000 }]).flat());
  expect(publisher.batches).toBeLessThan(10);
  expect(publisher.bodies(eventCreated)).toHaveLength(600);
});

test('a bad event fails its own request only', async () => {
  const { record } = batches();
  const outcomes = await Promise.allSettled([
    record([event(1)]),
    record([event(2)]),
    record([event(3), event('three')]),
    record([event(4)]),
    record([{ trigger: 'no.such' }]),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual([
    'fulfilled',
    'fulfilled',
    'rejected',
    'fulfilled',
    'rejected',
  ]);
  const [, , bad] = outcomes;
  const reason = bad?.status === 'rejected' ? (bad.reason as ValidationError) : undefined;
  expect(reason).toBeInstanceOf(ValidationError);
  expect(reason?.details).toMatchObject([{ path: 'events[1].payload.n' }]);
  const rows = await database.db.selectFrom('event').select('payload').execute();
  expect(rows.filter(({ payload }) => (payload as { n: number }).n === 3)).toHaveLength(1);
});

test('a request larger than a batch is recorded whole', async () => {
  const { record } = batches();
  const events = Array.from({ length: 1000 }, (_, n) => event(n));
  const [large, small] = await Promise.all([record(events), record([event(7)])]);
  expect(large).toHaveLength(1000);
  expect(small).toHaveLength(1);
});

test('the same de-duplication key in two requests at once gives one event', async () => {
  const { record } = batches();
  const keyed = { ...event(5), dedupeKey: 'same' };
  const answers = await Promise.all(Array.from({ length: 10 }, () => record([keyed])));
  const recorded = answers.flat();
  expect(new Set(recorded.map(({ id }) => id)).size).toBe(1);
  expect(recorded.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
});
