import { currentEpoch } from '../definition.js';
import { makeEvent, makeTrigger, useTestDatabase } from '../testing/index.js';
import { getEvent, listEvents } from './event.repository.js';
import { getTrigger, updateTrigger } from './trigger.repository.js';
import {
  getWebhookDelivery,
  insertDeliveredEvents,
  insertWebhookDelivery,
  listWebhookDeliveries,
} from './webhook-delivery.repository.js';
import { findWebhookByKey, setWebhookKey, setWebhookSecret } from './webhook.repository.js';

const database = useTestDatabase();
const sealed = (data: string) => ({ v: 1, kid: 'k', key: 'k', data }) as const;

it('a webhook is found by its key while it is on, and by the one before until its overlap is over', async () => {
  const { db } = database;
  const { id } = await makeTrigger(db, { webhook_enabled: true });
  await setWebhookKey(db, id, { key: 'wh_one', sealed: { c: 'x' } });

  expect(await findWebhookByKey(db, 'wh_one')).toMatchObject({
    trigger: { id, webhook_key_sealed: { c: 'x' } },
    keyMs: null,
    previousSecretMs: null,
  });
  await setWebhookKey(db, id, { key: 'wh_two', overlapSeconds: 60 });
  const before = await findWebhookByKey(db, 'wh_one');
  expect(before?.trigger.id).toBe(id);
  expect(before?.keyMs).toBeGreaterThan(50_000);
  expect(before?.keyMs).toBeLessThanOrEqual(60_000);
  expect(await findWebhookByKey(db, 'wh_two')).toMatchObject({ keyMs: null });
  await db
    .updateTable('trigger')
    .set({ webhook_previous_key_expires_at: new Date(0) })
    .execute();
  expect(await findWebhookByKey(db, 'wh_one')).toBeUndefined();
  await setWebhookKey(db, id, { key: 'wh_three' });
  expect(await findWebhookByKey(db, 'wh_two')).toBeUndefined();
  await updateTrigger(db, id, { webhook_enabled: false });
  expect(await findWebhookByKey(db, 'wh_three')).toBeUndefined();
  expect(JSON.stringify(await getTrigger(db, id))).not.toContain('wh_three');
});

it('a secret moves to the place of the one before for the time of the overlap', async () => {
  const { db } = database;
  const { id } = await makeTrigger(db, { webhook_enabled: true });
  await setWebhookKey(db, id, { key: 'wh_secretive' });

  expect(await setWebhookSecret(db, id, { sealed: sealed('one'), overlapSeconds: 60 })).toMatchObject({
    webhook_secret_sealed: sealed('one'),
    webhook_previous_secret_sealed: null,
    webhook_previous_secret_expires_at: null,
  });
  const rotated = await setWebhookSecret(db, id, { sealed: sealed('two'), overlapSeconds: 60 });
  expect(rotated).toMatchObject({
    webhook_secret_sealed: sealed('two'),
    webhook_previous_secret_sealed: sealed('one'),
  });
  expect((await findWebhookByKey(db, 'wh_secretive'))?.previousSecretMs).toBeGreaterThan(50_000);
  expect(await setWebhookSecret(db, id, { sealed: sealed('three') })).toMatchObject({
    webhook_previous_secret_sealed: null,
    webhook_previous_secret_expires_at: null,
  });
});

it.each([
  ['key', (id: number) => setWebhookKey(database.db, id, { key: 'wh_epoch' })],
  ['secret', (id: number) => setWebhookSecret(database.db, id, { sealed: sealed('x') })],
])(
  'a new %s makes a new epoch, so that caches forget the one before; of no trigger it is none',
  async (_what, set) => {
    const { db } = database;
    const { id } = await makeTrigger(db);
    const before = await currentEpoch(db);
    await set(id);
    expect(await currentEpoch(db)).toBe(before + 1);
    await expect(set(4711_000)).rejects.toMatchObject({ code: 'NOT_FOUND', entity: 'trigger' });
    expect(await currentEpoch(db)).toBe(before + 1);
  },
);

it('events are inserted with the log of their deliveries, duplicates with the event that was there', async () => {
  const { db } = database;
  const { id: trigger, ref: trigger_ref } = await makeTrigger(db);
  const delivery = {
    method: 'PUT',
    status_code: 202,
    verified: true,
    source_ip: '10.0.0.1',
    user_agent: 'Sender/1',
    headers: { a: 'b' },
    payload_size_bytes: 7,
    processing_time_ms: 3,
  };
  const event = { trigger_ref, payload: { n: 1 }, dedupe_key: 'k' };
  const [first, again] = await insertDeliveredEvents(db, [
    { event, delivery },
    { event, delivery: { status_code: 202 } },
  ]);
  const [later] = await insertDeliveredEvents(db, [{ event, delivery }]);

  expect([first, again, later].map((inserted) => inserted?.duplicate)).toEqual([false, true, true]);
  expect(new Set([first, again, later].map((inserted) => inserted?.id)).size).toBe(1);
  expect(await getEvent(db, first!.id)).toMatchObject({ payload: { n: 1 }, trigger_ref });
  const { items } = await listWebhookDeliveries(db, { trigger }, { limit: 10 });
  expect(items).toMatchObject([
    { ...delivery, event: first!.id, duplicate: true, trigger_ref },
    { event: first!.id, duplicate: true, headers: null, source_ip: null },
    { ...delivery, event: first!.id, duplicate: false, rate_limited: false, omitted: 0, error: null },
  ]);
});

it('of a batch with an unknown trigger neither events nor deliveries are kept', async () => {
  const { db } = database;
  const { id: trigger, ref: trigger_ref } = await makeTrigger(db);
  const delivery = { status_code: 202 };
  const inserting = insertDeliveredEvents(db, [
    { event: { trigger_ref }, delivery },
    { event: { trigger_ref: 'no.where' }, delivery },
  ]);
  await expect(inserting).rejects.toMatchObject({ code: 'MISSING_REFERENCE', value: 'no.where' });
  expect((await listWebhookDeliveries(db, { trigger }, { limit: 10 })).items).toEqual([]);
  expect((await listEvents(db, { trigger_ref }, { limit: 10 })).items).toEqual([]);
  expect(await insertDeliveredEvents(db, [])).toEqual([]);
});

it('deliveries are listed newest first, by what became of them and since when', async () => {
  const { db } = database;
  const trigger = await makeTrigger(db);
  const event = await makeEvent(db, { trigger_ref: trigger.ref });
  const delivery = { trigger: trigger.id, source_ip: '10.0.0.1' };
  const [first] = await insertDeliveredEvents(db, [
    { event: { trigger_ref: trigger.ref }, delivery: { status_code: 202 } },
  ]);
  const refused = await insertWebhookDelivery(db, {
    ...delivery,
    status_code: 429,
    rate_limited: true,
    omitted: 3,
  });
  await insertWebhookDelivery(db, { ...delivery, trigger: (await makeTrigger(db)).id, status_code: 401 });
  const list = async (filter: object) => {
    const { items } = await listWebhookDeliveries(db, { trigger: trigger.id, ...filter }, { limit: 5 });
    return items.map(({ status_code }) => status_code);
  };

  expect(event.id).toBeLessThan(first!.id);
  expect(await list({})).toEqual([429, 202]);
  expect(await list({ status: 'accepted' })).toEqual([202]);
  expect(await list({ status: 'rejected' })).toEqual([429]);
  expect(await list({ created_after: refused.created })).toEqual([429]);
  expect(await list({ created_before: refused.created })).toEqual([202]);
  expect(await getWebhookDelivery(db, refused.id)).toEqual(refused);
  await expect(getWebhookDelivery(db, 4711_000)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});
