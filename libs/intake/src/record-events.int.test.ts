import { getEvent, listEvents, updateTrigger } from '@attune/db';
import { makeRule, makeSensor, makeTrigger, useTestDatabase } from '@attune/db/testing';
import { eventCreated, notice } from '@attune/mq';
import type { Publisher } from '@attune/mq';
import { recordPublisher } from '@attune/mq/testing';
import { createLogger } from '@attune/service';

import { handedOver } from './hand-over.js';
import type { IntakeContext } from './intake-context.js';
import { recordEvents } from './record-events.js';

const database = useTestDatabase();
const out_schema = { size: { type: 'integer', required: true }, note: { type: 'string' } };

function contextWith(publisher: Publisher): IntakeContext {
  return { db: database.db, publisher, log: createLogger('test', { level: 'silent' }) };
}

async function eventsOf(trigger: string): Promise<number> {
  const { items } = await listEvents(database.db, { trigger_ref: trigger }, { limit: 1_000 });
  return items.length;
}

test('records a batch in order and announces it as one batch with one notice', async () => {
  const { ref } = await makeTrigger(database.db, { out_schema });
  const publisher = recordPublisher();
  const recorded = await recordEvents(
    contextWith(publisher),
    [1, 2, 3].map((size) => ({ trigger: ref, payload: { size }, config: { from: 'test' } })),
  );

  expect(recorded.map(({ duplicate }) => duplicate)).toEqual([false, false, false]);
  const rows = await Promise.all(recorded.map(({ id }) => getEvent(database.db, id)));
  expect(rows.map(({ payload }) => payload)).toEqual([{ size: 1 }, { size: 2 }, { size: 3 }]);
  expect(rows[0]).toMatchObject({
    trigger_ref: ref,
    status: 'pending',
    config: { from: 'test' },
    source_ref: null,
    rule_ref: null,
  });
  await handedOver({ publisher });
  expect(publisher.bodies(eventCreated)).toEqual([{ eventIds: recorded.map(({ id }) => id) }]);
  expect(publisher.published[0]?.cause).toEqual({ correlationId: `event:${recorded[0]?.id}` });
  expect(publisher.bodies(notice)).toHaveLength(1);
  expect(publisher.bodies(notice)[0]?.changes).toHaveLength(3);
  expect(publisher.bodies(notice)[0]?.changes[0]).toEqual({
    entityType: 'event',
    entityId: recorded[0]?.id,
    change: 'created',
    ref,
    packRef: ref.split('.')[0],
    status: 'pending',
  });
});

test('an empty batch is no work at all', async () => {
  const publisher = recordPublisher();
  expect(await recordEvents(contextWith(publisher), [])).toEqual([]);
  expect(publisher.published).toEqual([]);
});

test('records all events or none: one ValidationError names every problem by its path', async () => {
  const { ref } = await makeTrigger(database.db, { out_schema });
  const publisher = recordPublisher();
  const recording = recordEvents(contextWith(publisher), [
    { trigger: ref, payload: { size: 1 } },
    { trigger: 'nowhere.at_all', payload: {} },
    { trigger: ref, payload: { size: 'large', note: 7 } },
    { trigger: ref, payload: {} },
    { trigger: ref, payload: { size: 1 }, dedupeKey: '' },
  ]);

  await expect(recording).rejects.toMatchObject({
    code: 'VALIDATION_ERROR',
    details: [
      { path: 'events[1].trigger' },
      { path: 'events[2].payload.note' },
      { path: 'events[2].payload.size' },
      { path: 'events[3].payload.size' },
      { path: 'events[4].dedupe_key' },
    ],
  });
  expect(await eventsOf(ref)).toBe(0);
  expect(publisher.published).toEqual([]);
});

test('text that PostgreSQL cannot hold is refused with its place, also when it is escaped in JSON', async () => {
  const { ref } = await makeTrigger(database.db);
  const texts = ['\0', 'a\\\0', '\ud800', 'x\udfff'];
  const recording = recordEvents(
    contextWith(recordPublisher()),
    texts.map((text) => ({ trigger: ref, payload: { deep: [{ text }] } })),
  );
  await expect(recording).rejects.toMatchObject({
    details: texts.map((_, index) => ({ path: `events[${index}].payload` })),
  });
});

test('text that only looks like such an escape is kept as it is', async () => {
  const { ref } = await makeTrigger(database.db);
  const payload = { text: String.raw`\u0000 \\u0000 \ud800`, pair: '😀', [String.raw`\u0000`]: 1 };
  const [recorded] = await recordEvents(contextWith(recordPublisher()), [{ trigger: ref, payload }]);
  expect((await getEvent(database.db, recorded?.id ?? 0)).payload).toEqual(payload);
});

test('a de-duplication key records one event: in one batch, in later ones, and per trigger', async () => {
  const [door, gate] = await Promise.all([makeTrigger(database.db), makeTrigger(database.db)]);
  const publisher = recordPublisher();
  const ctx = contextWith(publisher);
  const first = await recordEvents(ctx, [
    { trigger: door.ref, payload: { n: 1 }, dedupeKey: 'k' },
    { trigger: door.ref, payload: { n: 2 }, dedupeKey: 'k' },
    { trigger: gate.ref, payload: { n: 3 }, dedupeKey: 'k' },
    { trigger: door.ref, payload: { n: 4 } },
  ]);
  const second = await recordEvents(ctx, [{ trigger: door.ref, payload: { n: 5 }, dedupeKey: 'k' }]);

  await handedOver({ publisher });
  const id = first[0]?.id;
  expect(first[1]).toEqual({ id, duplicate: true });
  expect(second).toEqual([{ id, duplicate: true }]);
  expect(first.map(({ duplicate }) => duplicate)).toEqual([false, true, false, false]);
  expect([await eventsOf(door.ref), await eventsOf(gate.ref)]).toEqual([2, 1]);
  expect(publisher.bodies(eventCreated).flatMap(({ eventIds }) => eventIds)).toEqual(
    [first[0], first[2], first[3]].map((each) => each?.id),
  );
});

test('of many callers with one key at once, one records the event and all learn its id', async () => {
  const { ref } = await makeTrigger(database.db);
  const ctx = contextWith(recordPublisher());
  const event = { trigger: ref, payload: {}, dedupeKey: 'race' };
  const answers = (await Promise.all(Array.from({ length: 8 }, () => recordEvents(ctx, [event])))).flat();
  expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
  expect(answers.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
  expect(await eventsOf(ref)).toBe(1);
});

test('of a crowd of callers at once, each gets the answer to its own events', async () => {
  const { ref } = await makeTrigger(database.db);
  const ctx = contextWith(recordPublisher());
  const callers = Array.from({ length: 40 }, (_, caller) => {
    const events = Array.from({ length: 1 + (caller % 3) }, (_, n) => ({
      trigger: ref,
      payload: { caller, n },
    }));
    return caller === 17 ? [{ trigger: ref, payload: {}, rule: 'no.rule' }] : events;
  });
  const outcomes = await Promise.allSettled(callers.map((events) => recordEvents(ctx, events)));

  expect(outcomes.flatMap(({ status }, caller) => (status === 'rejected' ? [caller] : []))).toEqual([17]);
  for (const [caller, outcome] of outcomes.entries()) {
    if (outcome.status === 'rejected') continue;
    const rows = await Promise.all(outcome.value.map(({ id }) => getEvent(database.db, id)));
    expect(rows.map(({ payload }) => payload)).toEqual(callers[caller]?.map(({ payload }) => payload));
  }
  expect(await eventsOf(ref)).toBe(callers.flat().length - 1);
});

test('an event may name its sensor and the one rule it is for', async () => {
  const { ref } = await makeTrigger(database.db);
  const sensor = await makeSensor(database.db);
  const rule = await makeRule(database.db, { trigger_ref: ref });
  const [recorded] = await recordEvents(contextWith(recordPublisher()), [
    { trigger: ref, source: sensor.ref, rule: rule.ref },
  ]);
  expect(await getEvent(database.db, recorded?.id ?? 0)).toMatchObject({
    source: sensor.id,
    source_ref: sensor.ref,
    rule: rule.id,
    rule_ref: rule.ref,
    payload: null,
  });
});

test('an unknown rule or sensor records nothing of the batch', async () => {
  const { ref } = await makeTrigger(database.db);
  const ctx = contextWith(recordPublisher());
  const batch = (change: object) => recordEvents(ctx, [{ trigger: ref }, { trigger: ref, ...change }]);
  await expect(batch({ rule: 'no.rule' })).rejects.toMatchObject({ code: 'MISSING_REFERENCE' });
  await expect(batch({ source: 'no.sensor' })).rejects.toMatchObject({ code: 'MISSING_REFERENCE' });
  expect(await eventsOf(ref)).toBe(0);
});

test('a changed schema holds from the next batch on', async () => {
  const trigger = await makeTrigger(database.db, { out_schema });
  const ctx = contextWith(recordPublisher());
  const event = { trigger: trigger.ref, payload: { size: 'large' } };
  await expect(recordEvents(ctx, [event])).rejects.toThrow();
  await updateTrigger(database.db, trigger.id, { out_schema: { size: { type: 'string' } } });
  await expect(recordEvents(ctx, [event])).resolves.toHaveLength(1);
});

test('what a change forbids is not recorded on a schema that was remembered', async () => {
  const trigger = await makeTrigger(database.db, { out_schema });
  const ctx = contextWith(recordPublisher());
  const event = { trigger: trigger.ref, payload: { size: 1 } };
  await recordEvents(ctx, [event]);
  await updateTrigger(database.db, trigger.id, { out_schema: { size: { type: 'string' } } });
  await expect(recordEvents(ctx, [event])).rejects.toMatchObject({
    details: [{ path: 'events[0].payload.size' }],
  });
  expect(await eventsOf(trigger.ref)).toBe(1);
});

test('a change of any definition costs a batch no more than to be checked again', async () => {
  const [trigger, other] = [await makeTrigger(database.db), await makeTrigger(database.db)];
  const ctx = contextWith(recordPublisher());
  await recordEvents(ctx, [{ trigger: trigger.ref }]);
  await updateTrigger(database.db, other.id, { label: 'Another' });
  await recordEvents(ctx, [{ trigger: trigger.ref }]);
  expect(await eventsOf(trigger.ref)).toBe(2);
});

test('when announcing fails the events are kept and the caller gets their ids: the sweep announces them', async () => {
  const { ref } = await makeTrigger(database.db);
  const lines: string[] = [];
  const ctx: IntakeContext = {
    db: database.db,
    publisher: { publish: () => Promise.reject(new Error('broker away')) },
    log: createLogger('test', { destination: { write: (line) => void lines.push(line) } }),
  };
  const [recorded] = await recordEvents(ctx, [{ trigger: ref }]);
  await handedOver(ctx);
  expect(await getEvent(database.db, recorded?.id ?? 0)).toMatchObject({ status: 'pending' });
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { level: 'warn', event: 'intake.announce_failed', entity_type: 'event', ids: [recorded?.id] },
  ]);
});
