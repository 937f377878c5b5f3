import {
  deleteAction,
  deleteRule,
  getEvent,
  getExecution,
  getRule,
  listEnforcements,
  listExecutions,
  updateAction,
  updateRule,
  updateTrigger,
} from '@attune/db';
import type { Db, EnforcementSummary } from '@attune/db';
import { makeAction, makeEvent, makeRule, makeTrigger, useTestDatabase } from '@attune/db/testing';
import { ack, causeOfEvent, eventCreated, executionRequested, notice } from '@attune/mq';
import type { EventCreated, Received } from '@attune/mq';
import { received } from '@attune/mq/testing';

import { testContext } from '../context.testing.js';
import { handleEventCreated } from './event-created.handler.js';

const database = useTestDatabase();
const everything = { limit: 100 };

function announced(...eventIds: number[]): Received<EventCreated>[] {
  return eventIds.map((eventId) => received(eventCreated, { eventIds: [eventId] }));
}

async function enforcementsOf(eventId: number): Promise<EnforcementSummary[]> {
  const { items } = await listEnforcements(database.db, { event: eventId }, everything);
  return items;
}

/** A trigger, an action that wants a text, and a rule that passes the payload's text on. */
async function makeStory(db: Db) {
  const trigger = await makeTrigger(db);
  const action = await makeAction(db, { param_schema: { text: { type: 'string', required: true } } });
  const rule = await makeRule(db, {
    trigger_ref: trigger.ref,
    action_ref: action.ref,
    action_params: { text: '{{ event.payload.text }}' },
  });
  const happens = (payload: unknown = { text: 'hello' }) =>
    makeEvent(db, { trigger_ref: trigger.ref, payload });
  return { trigger, action, rule, happens };
}

it('gives a matching event an enforcement and an execution, and announces them', async () => {
  const { action, rule, happens } = await makeStory(database.db);
  const ctx = testContext(database.db);
  const event = await happens();
  const message = received(eventCreated, { eventIds: [event.id] }, { envelope: causeOfEvent(event.id) });

  const verdicts = await handleEventCreated([message], ctx);

  expect(verdicts).toEqual([ack()]);
  expect(await getEvent(ctx.db, event.id)).toMatchObject({ status: 'evaluated', matched: 1 });
  const [enforcement, ...others] = await enforcementsOf(event.id);
  expect(others).toEqual([]);
  expect(enforcement).toMatchObject({ rule: rule.id, status: 'processed', reason_code: null });
  const execution = enforcement?.execution ?? 0;
  const { items } = await listExecutions(ctx.db, { cause_event: event.id }, everything);
  expect(items).toMatchObject([{ id: execution, status: 'requested', action_ref: action.ref, attempt: 1 }]);
  expect(ctx.publisher.bodies(executionRequested)).toEqual([{ executionId: execution }]);
  expect(ctx.publisher.published[0]?.cause?.correlationId).toBe(`event:${event.id}`);
  expect(ctx.publisher.bodies(notice)).toMatchObject([
    {
      changes: [
        { entityType: 'event', entityId: event.id, status: 'evaluated' },
        { entityType: 'enforcement', entityId: enforcement?.id, ref: rule.ref, status: 'processed' },
        { entityType: 'execution', entityId: execution, ref: action.ref, status: 'requested' },
      ],
    },
  ]);
});

it('does nothing more when the event is delivered twice', async () => {
  const { happens } = await makeStory(database.db);
  const ctx = testContext(database.db);
  const event = await happens();
  await handleEventCreated(announced(event.id), ctx);
  ctx.publisher.clear();

  const verdicts = await handleEventCreated(announced(event.id), ctx);

  expect(verdicts).toEqual([ack()]);
  expect(await enforcementsOf(event.id)).toHaveLength(1);
  expect(ctx.publisher.published).toEqual([]);
});

it('enforces once when the event comes twice in one batch', async () => {
  const { happens } = await makeStory(database.db);
  const ctx = testContext(database.db);
  const event = await happens();

  const verdicts = await handleEventCreated(announced(event.id, event.id), ctx);

  expect(verdicts).toEqual([ack(), ack()]);
  expect(ctx.publisher.bodies(executionRequested)).toHaveLength(1);
});

it('evaluates every event of a message, each of them the root of what follows from it', async () => {
  const { happens } = await makeStory(database.db);
  const ctx = testContext(database.db);
  const events = [await happens(), await happens(), await happens()];
  const eventIds = events.map(({ id }) => id);
  const message = received(eventCreated, { eventIds }, { envelope: causeOfEvent(eventIds[0] ?? 0) });

  expect(await handleEventCreated([message], ctx)).toEqual([ack()]);

  for (const id of eventIds) expect(await getEvent(ctx.db, id)).toMatchObject({ status: 'evaluated' });
  const requests = ctx.publisher.published.filter(
    ({ contract }) => contract.type === executionRequested.type,
  );
  expect(requests.map(({ cause }) => cause)).toEqual(
    eventIds.map((id) => ({ correlationId: `event:${id}`, messageId: message.envelope.messageId })),
  );
});

it('acknowledges an event that is gone', async () => {
  const ctx = testContext(database.db);

  expect(await handleEventCreated(announced(999_999), ctx)).toEqual([ack()]);
  expect(ctx.publisher.published).toEqual([]);
});

it('marks an event evaluated that no rule wants', async () => {
  const trigger = await makeTrigger(database.db);
  const ctx = testContext(database.db);
  const event = await makeEvent(ctx.db, { trigger_ref: trigger.ref });

  await handleEventCreated(announced(event.id), ctx);

  expect(await getEvent(ctx.db, event.id)).toMatchObject({ status: 'evaluated', matched: 0 });
  expect(ctx.publisher.bodies(executionRequested)).toEqual([]);
});

it('decides a mixed batch event by event, with one statement and one notice', async () => {
  const first = await makeStory(database.db);
  const second = await makeStory(database.db);
  const ctx = testContext(database.db);
  const good = await first.happens();
  const bad = await first.happens({ text: 5 });
  const other = await second.happens();

  const verdicts = await handleEventCreated(announced(other.id, 999_999, bad.id, good.id), ctx);

  expect(verdicts).toEqual([ack(), ack(), ack(), ack()]);
  expect(await enforcementsOf(good.id)).toMatchObject([{ status: 'processed' }]);
  expect(await enforcementsOf(bad.id)).toMatchObject([{ status: 'disabled', execution: null }]);
  expect(await enforcementsOf(other.id)).toMatchObject([{ rule: second.rule.id, status: 'processed' }]);
  expect(ctx.publisher.bodies(executionRequested)).toHaveLength(2);
  expect(ctx.publisher.bodies(notice)).toHaveLength(1);
});

it('writes a batch that very many rules match in several statements', async () => {
  const { trigger, action, happens } = await makeStory(database.db);
  const rule = { trigger_ref: trigger.ref, action_ref: action.ref, action_params: { text: 'hi' } };
  for (let made = 1; made < 12; made += 1) await makeRule(database.db, rule);
  const ctx = testContext(database.db);
  const events = await Promise.all(Array.from({ length: 100 }, () => happens()));

  await handleEventCreated(announced(...events.map(({ id }) => id)), ctx);

  expect(ctx.publisher.bodies(notice)).toHaveLength(2);
  expect(ctx.publisher.bodies(executionRequested)).toHaveLength(1_200);
  for (const { id } of events) expect(await getEvent(ctx.db, id)).toMatchObject({ matched: 12 });
});

describe('what is switched off', () => {
  it('a disabled rule enforces nothing', async () => {
    const { rule, happens } = await makeStory(database.db);
    await updateRule(database.db, rule.id, { enabled: false });
    const event = await happens();

    await handleEventCreated(announced(event.id), testContext(database.db));

    expect(await enforcementsOf(event.id)).toEqual([]);
    expect(await getEvent(database.db, event.id)).toMatchObject({ status: 'evaluated', matched: 0 });
  });

  it('a disabled trigger enforces nothing', async () => {
    const { trigger, happens } = await makeStory(database.db);
    const event = await happens();
    await updateTrigger(database.db, trigger.id, { enabled: false });

    await handleEventCreated(announced(event.id), testContext(database.db));

    expect(await enforcementsOf(event.id)).toEqual([]);
  });

  it('a disabled action gives a disabled enforcement', async () => {
    const { action, happens } = await makeStory(database.db);
    await updateAction(database.db, action.id, { enabled: false });
    const event = await happens();

    await handleEventCreated(announced(event.id), testContext(database.db));

    expect(await enforcementsOf(event.id)).toMatchObject([
      {
        status: 'disabled',
        reason_code: 'action_disabled',
        reason_detail: `action ${action.ref} is disabled`,
      },
    ]);
  });

  it('an action that is gone gives a disabled enforcement', async () => {
    const { action, happens } = await makeStory(database.db);
    await deleteAction(database.db, action.id);
    const event = await happens();

    await handleEventCreated(announced(event.id), testContext(database.db));

    expect(await enforcementsOf(event.id)).toMatchObject([
      {
        status: 'disabled',
        reason_code: 'action_gone',
        reason_detail: `action ${action.ref} does not exist`,
      },
    ]);
  });
});

it('disables an enforcement whose parameters do not fit the action, and says which', async () => {
  const { happens } = await makeStory(database.db);
  const ctx = testContext(database.db);
  const event = await happens({ text: 5 });

  await handleEventCreated(announced(event.id), ctx);

  const [enforcement] = await enforcementsOf(event.id);
  expect(enforcement).toMatchObject({
    status: 'disabled',
    reason_code: 'parameters_invalid',
    execution: null,
  });
  expect(enforcement?.reason_detail).toContain('parameters.text');
  expect(ctx.publisher.bodies(executionRequested)).toEqual([]);
});

it('counts the errors of a rule, and enforces the others', async () => {
  const { rule, action, trigger, happens } = await makeStory(database.db);
  const broken = await makeRule(database.db, {
    trigger_ref: trigger.ref,
    action_ref: action.ref,
    conditions: { expression: 'event.payload.size > 5' },
  });
  const ctx = testContext(database.db);
  const events = [await happens(), await happens()];

  await handleEventCreated(announced(...events.map(({ id }) => id)), ctx);

  expect(await getRule(ctx.db, broken.id)).toMatchObject({
    error_count: 2,
    last_error: expect.stringContaining('size'),
    last_error_at: expect.any(Date),
    updated: broken.updated,
  });
  expect(await getRule(ctx.db, rule.id)).toMatchObject({ error_count: 0, last_error: null });
  for (const { id } of events) expect(await enforcementsOf(id)).toMatchObject([{ rule: rule.id }]);
});

describe('an event addressed to one rule', () => {
  it('is evaluated for that rule only', async () => {
    const { trigger, action } = await makeStory(database.db);
    const addressed = await makeRule(database.db, {
      trigger_ref: trigger.ref,
      action_ref: action.ref,
      action_params: { text: 'hi' },
    });
    const event = await makeEvent(database.db, { trigger_ref: trigger.ref, rule_ref: addressed.ref });

    await handleEventCreated(announced(event.id), testContext(database.db));

    expect(await enforcementsOf(event.id)).toMatchObject([{ rule: addressed.id }]);
  });

  it('is evaluated for no rule when that one is gone', async () => {
    const { trigger, rule } = await makeStory(database.db);
    const event = await makeEvent(database.db, { trigger_ref: trigger.ref, rule_ref: rule.ref });
    await deleteRule(database.db, rule.id);
    const other = await makeRule(database.db, { trigger_ref: trigger.ref });

    await handleEventCreated(announced(event.id), testContext(database.db));

    expect(other.id).not.toBe(rule.id);
    expect(await enforcementsOf(event.id)).toEqual([]);
    expect(await getEvent(database.db, event.id)).toMatchObject({ status: 'evaluated', matched: 0 });
  });
});

describe('cached rules', () => {
  it('are decided anew when a rule changed after they were read', async () => {
    const { rule, happens } = await makeStory(database.db);
    const ctx = testContext(database.db);
    await handleEventCreated(announced((await happens()).id), ctx);
    await updateRule(ctx.db, rule.id, { action_params: { text: 'changed' } });
    const event = await happens();

    await handleEventCreated(announced(event.id), ctx);

    const { items } = await listExecutions(ctx.db, { cause_event: event.id }, everything);
    expect(items).toHaveLength(1);
    expect(await getExecution(ctx.db, items[0]?.id ?? 0)).toMatchObject({ config: { text: 'changed' } });
  });

  it('are completed when events of another trigger come', async () => {
    const [known, unknown] = [await makeStory(database.db), await makeStory(database.db)];
    const ctx = testContext(database.db);
    await handleEventCreated(announced((await known.happens()).id), ctx);
    const events = [await known.happens(), await unknown.happens()];

    await handleEventCreated(announced(...events.map(({ id }) => id)), ctx);

    for (const { id } of events) expect(await enforcementsOf(id)).toMatchObject([{ status: 'processed' }]);
  });

  it('are all read again when some were read before a change', async () => {
    const [known, unknown] = [await makeStory(database.db), await makeStory(database.db)];
    const ctx = testContext(database.db);
    await handleEventCreated(announced((await known.happens()).id), ctx);
    await updateRule(ctx.db, known.rule.id, { label: 'New label' });
    const events = [await known.happens(), await unknown.happens()];

    await handleEventCreated(announced(...events.map(({ id }) => id)), ctx);

    for (const { id } of events) expect(await enforcementsOf(id)).toMatchObject([{ status: 'processed' }]);
  });

  it('find a rule made after they were read', async () => {
    const { trigger, action, happens } = await makeStory(database.db);
    const ctx = testContext(database.db);
    await handleEventCreated(announced((await happens()).id), ctx);
    const later = await makeRule(ctx.db, { trigger_ref: trigger.ref, action_ref: action.ref });
    const event = await happens();

    await handleEventCreated(announced(event.id), ctx);

    expect((await enforcementsOf(event.id)).map((row) => row.rule)).toContain(later.id);
  });
});

it('shares the work of two executors that get the same events at once', async () => {
  const { happens } = await makeStory(database.db);
  const events = await Promise.all(Array.from({ length: 20 }, () => happens()));
  const ids = events.map(({ id }) => id);
  const one = testContext(database.db);
  const two = testContext(database.db);

  await Promise.all([
    handleEventCreated(announced(...ids), one),
    handleEventCreated(announced(...ids.toReversed()), two),
  ]);

  for (const id of ids) expect(await enforcementsOf(id)).toHaveLength(1);
  const requests = [one, two].flatMap((ctx) => ctx.publisher.bodies(executionRequested));
  expect(new Set(requests.map(({ executionId }) => executionId)).size).toBe(20);
  expect(requests).toHaveLength(20);
});
