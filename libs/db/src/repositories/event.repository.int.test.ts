import { MissingReferenceError } from '@attune/domain';
import { sql } from 'kysely';
import { countStatements } from '../testing/count-statements.js';
import { makeRule, makeSensor, makeTrigger, useTestDatabase } from '../testing/index.js';
import { currentEpoch } from '../definition.js';
import {
  findEvent,
  getEvent,
  insertEvents,
  listEvents,
  loadPendingEvents,
  StaleDefinitionsError,
} from './event.repository.js';
import { deleteTrigger } from './trigger.repository.js';

const database = useTestDatabase();

it('records a batch in one statement and answers in input order', async () => {
  const [one, two] = [await makeTrigger(database.db), await makeTrigger(database.db)];
  const events = [two, one, two].map((trigger, n) => ({ trigger_ref: trigger.ref, payload: { n } }));

  const { answer, statements } = await countStatements(database, (db) => insertEvents(db, events));

  expect(statements).toBe(1);
  const rows = await Promise.all(answer.map(({ id }) => getEvent(database.db, id)));
  expect(rows.map(({ trigger, payload }) => ({ trigger, payload }))).toEqual([
    { trigger: two.id, payload: { n: 0 } },
    { trigger: one.id, payload: { n: 1 } },
    { trigger: two.id, payload: { n: 2 } },
  ]);
  expect(answer.map(({ duplicate }) => duplicate)).toEqual([false, false, false]);
});

it('takes everything that is known of an event, and derives ids and version from refs', async () => {
  const sensor = await makeSensor(database.db);
  const rule = await makeRule(database.db);

  const [inserted] = await insertEvents(database.db, [
    {
      trigger_ref: rule.trigger_ref,
      payload: { a: [1, { b: null }] },
      config: { headers: {} },
      source_ref: sensor.ref,
      rule_ref: rule.ref,
    },
  ]);

  expect(await getEvent(database.db, inserted!.id)).toMatchObject({
    trigger: rule.trigger,
    trigger_ref: rule.trigger_ref,
    trigger_version: expect.any(Number),
    source: sensor.id,
    source_ref: sensor.ref,
    rule: rule.id,
    rule_ref: rule.ref,
    payload: { a: [1, { b: null }] },
    config: { headers: {} },
    status: 'pending',
    matched: null,
    evaluated_at: null,
    created: inserted!.created,
  });
});

it('an absent payload is NULL, {} stays {}', async () => {
  const trigger_ref = (await makeTrigger(database.db)).ref;

  const events = await insertEvents(database.db, [{ trigger_ref }, { trigger_ref, payload: {} }]);

  const payloads = await sql<{ payload: string | null }>`select payload::text from attune.event
    where id = any(${events.map(({ id }) => id)}) order by id`.execute(database.db);
  expect(payloads.rows).toEqual([{ payload: null }, { payload: '{}' }]);
});

it.each([
  ['trigger_ref', { trigger_ref: 'no.trigger' }],
  ['source_ref', { source_ref: 'no.sensor' }],
  ['rule_ref', { rule_ref: 'no.rule' }],
])('an unknown %s fails the whole batch and records nothing', async (field, refs) => {
  const trigger_ref = (await makeTrigger(database.db)).ref;
  const recording = insertEvents(database.db, [
    { trigger_ref, dedupe_key: 'kept' },
    { trigger_ref, ...refs },
  ]);

  await expect(recording).rejects.toThrow(MissingReferenceError);
  await expect(recording).rejects.toMatchObject({ entity: 'event', field, value: Object.values(refs)[0] });
  expect((await listEvents(database.db, { trigger_ref }, { limit: 5 })).items).toEqual([]);
  expect(await insertEvents(database.db, [{ trigger_ref, dedupe_key: 'kept' }])).toMatchObject([
    { duplicate: false },
  ]);
});

it('a key of a trigger is one event: within a batch, across batches, at the same time', async () => {
  const trigger_ref = (await makeTrigger(database.db)).ref;
  const batch = ['a', 'b', 'a'].map((dedupe_key) => ({ trigger_ref, dedupe_key }));

  const [a, b, twin] = await insertEvents(database.db, batch);
  const later = await insertEvents(database.db, [...batch].reverse());
  const racing = await Promise.all(
    Array.from({ length: 20 }, () => insertEvents(database.db, [{ trigger_ref, dedupe_key: 'race' }])),
  );

  expect(twin).toEqual({ ...a, duplicate: true });
  expect(later).toEqual([twin, { ...b, duplicate: true }, twin]);
  expect(new Set(racing.map(([event]) => event!.id)).size).toBe(1);
  expect(racing.filter(([event]) => !event!.duplicate)).toHaveLength(1);
  expect((await listEvents(database.db, { trigger_ref }, { limit: 9 })).items).toHaveLength(3);
});

it('batches with the same keys in opposite order do not deadlock', async () => {
  const trigger_ref = (await makeTrigger(database.db)).ref;
  const keys = Array.from({ length: 50 }, (_, n) => ({ trigger_ref, dedupe_key: `k${n}` }));

  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, n) => insertEvents(database.db, n % 2 === 0 ? keys : [...keys].reverse())),
  );

  const ids = answers.map((answer) => answer.map(({ id }) => id).sort((x, y) => x - y));
  expect(new Set(ids.map(String)).size).toBe(1);
});

it('the same key of another trigger is another event', async () => {
  const [one, two] = [await makeTrigger(database.db), await makeTrigger(database.db)];

  const events = await insertEvents(database.db, [
    { trigger_ref: one.ref, dedupe_key: 'same' },
    { trigger_ref: two.ref, dedupe_key: 'same' },
  ]);

  expect(events.map(({ duplicate }) => duplicate)).toEqual([false, false]);
});

it('a key that has expired is free again', async () => {
  const trigger = await makeTrigger(database.db);
  const event = { trigger_ref: trigger.ref, dedupe_key: 'brief' };
  const [first] = await insertEvents(database.db, [event]);
  await database.db
    .updateTable('event_key')
    .set({ expires_at: new Date(0) })
    .where('owner', '=', trigger.id)
    .execute();

  const [second] = await insertEvents(database.db, [event]);
  const [third] = await insertEvents(database.db, [event]);

  expect(second).toMatchObject({ duplicate: false });
  expect(second!.id).not.toBe(first!.id);
  expect(third).toEqual({ ...second, duplicate: true });
});

it('loads each pending event once, in id order, and no others', async () => {
  const trigger_ref = (await makeTrigger(database.db)).ref;
  const events = await insertEvents(database.db, [{ trigger_ref }, { trigger_ref }, { trigger_ref }]);
  const ids = events.map(({ id }) => id);
  await database.db
    .updateTable('event')
    .set({ status: 'evaluated', evaluated_at: new Date(), matched: 0, announced_at: null })
    .where('id', '=', ids[1]!)
    .execute();

  const pending = await loadPendingEvents(database.db, [ids[2]!, ids[0]!, ids[2]!, ids[1]!, 4711]);

  expect(pending.map(({ id }) => id)).toEqual([ids[0], ids[2]]);
});

it('events outlive their trigger and are still found by its ref', async () => {
  const trigger = await makeTrigger(database.db);
  const [event] = await insertEvents(database.db, [{ trigger_ref: trigger.ref }]);

  await deleteTrigger(database.db, trigger.id);

  const { items } = await listEvents(database.db, { trigger_ref: trigger.ref }, { limit: 5 });
  expect(items.map(({ id }) => id)).toEqual([event!.id]);
});

it('lists newest first, without payloads, by status and period', async () => {
  const trigger_ref = (await makeTrigger(database.db)).ref;
  const [older, newer] = await insertEvents(database.db, [{ trigger_ref }, { trigger_ref }]);
  const filter = { trigger_ref, status: 'pending', created_before: new Date(Date.now() + 60_000) } as const;

  const { items } = await listEvents(database.db, filter, { limit: 5 });
  const none = await listEvents(
    database.db,
    { ...filter, created_after: filter.created_before },
    { limit: 5 },
  );

  expect(items.map(({ id }) => id)).toEqual([newer!.id, older!.id]);
  expect(items[0]).not.toHaveProperty('payload');
  expect(none.items).toEqual([]);
});

it('what does not exist is undefined to find and an error to get', async () => {
  expect(await findEvent(database.db, 4711)).toBeUndefined();
  await expect(getEvent(database.db, 4711)).rejects.toMatchObject({ code: 'NOT_FOUND', entity: 'event' });
  expect(await insertEvents(database.db, [])).toEqual([]);
});

test('an event that was checked in another epoch is not recorded, nor is its batch', async () => {
  const { ref: trigger_ref } = await makeTrigger(database.db);
  const epoch = await currentEpoch(database.db);
  expect(await insertEvents(database.db, [{ trigger_ref, epoch }])).toHaveLength(1);
  const { ref: changed } = await makeTrigger(database.db);

  const recording = insertEvents(database.db, [{ trigger_ref: changed }, { trigger_ref, epoch }]);

  await expect(recording).rejects.toThrow(StaleDefinitionsError);
  expect((await listEvents(database.db, { trigger_ref: changed }, { limit: 1 })).items).toEqual([]);
});
