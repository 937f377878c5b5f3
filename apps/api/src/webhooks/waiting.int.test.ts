import {
  claimExecutions,
  commitEvaluations,
  currentEpoch,
  finishExecutions,
  loadRuleSet,
  scheduleExecutions,
} from '@attune/db';
import { makeRule, makeWorker } from '@attune/db/testing';
import type { Grant } from '@attune/domain';
import { message, notice } from '@attune/mq';
import { waitUntil } from '@attune/testing';
import { useTestApi } from '../testing/test-api.js';
import type { Door } from '../testing/webhook-doors.js';
import { useDoors } from '../testing/webhook-doors.js';

/** Without a notice nothing is looked at again for seconds. */
const t = useTestApi({ streams: { recheck_ms: 5000, max_open: 1 } });
const doors = useDoors(t, 'waiting');

function tell(entityType: string, entityId: number): Promise<void> {
  return t.bus.publish([message(notice, { changes: [{ entityType, entityId, change: 'updated' }] })]);
}

async function open(respond_timeout_seconds = 20) {
  const door = await doors.open({
    verification: { preset: 'none' },
    respond: 'wait',
    respond_timeout_seconds,
  });
  const answer = { came: false };
  const deliver = () => doors.deliver(door, '{"n":1}').finally(() => (answer.came = true));
  return { door, answer, deliver };
}

async function eventOf(door: Door): Promise<number> {
  const [event] = await waitUntil(async () => {
    const events = await doors.events(door);
    return events.length > 0 && events;
  });
  return event?.id ?? 0;
}

/** As the executor does: one execution for each rule, and the news of it. */
async function evaluate(door: Door, rules: number): Promise<number[]> {
  const event_id = await eventOf(door);
  for (let made = 0; made < rules; made += 1) await makeRule(t.db, { trigger_ref: door.ref });
  const { rules: loaded } = await loadRuleSet(t.db, [door.id]);
  const committed = await commitEvaluations(t.db, {
    epoch: await currentEpoch(t.db),
    evaluations: [{ event_id, matched: rules }],
    enforcements: loaded.map(({ id, version, action }) => ({
      event_id,
      rule_id: id,
      rule_version: version,
      execution: { action_id: action?.id ?? 0, action_version: action?.version ?? 0, config: {} },
    })),
  });
  if (committed.stale) throw new Error('the rules changed meanwhile');
  await tell('event', event_id);
  return committed.created.map(({ execution_id }) => execution_id ?? 0);
}

async function finish(id: number, status: 'completed' | 'failed', data: unknown): Promise<void> {
  const worker = await makeWorker(t.db);
  const hold = { workerId: worker.id, incarnation: worker.incarnation };
  await scheduleExecutions(t.db, [{ id, dispatch_queue: 'dispatch.noop' }]);
  await claimExecutions(t.db, [{ id, attempt: 1 }], hold);
  await finishExecutions(t.db, [{ id, attempt: 1, status, result: { data } }], hold);
  await tell('execution', id);
}

test('the answer holds the results of all executions, once the last of them is finished', async () => {
  const { door, answer, deliver } = await open();
  const waiting = deliver();
  const [first = 0, second = 0] = await evaluate(door, 2);
  await finish(first, 'completed', { greeting: 'hello' });
  expect(answer.came).toBe(false);
  await finish(second, 'failed', null);

  const { status, body } = await waiting;
  expect({ status, data: body.data }).toMatchObject({
    status: 200,
    data: {
      event_id: await eventOf(door),
      duplicate: false,
      executions: [
        { id: first, status: 'completed', result: { data: { greeting: 'hello' } } },
        { id: second, status: 'failed' },
      ],
    },
  });
  expect(await doors.log(door)).toMatchObject([{ status_code: 202, event: await eventOf(door) }]);
});

test('when no rule matched the event is the answer, as soon as that is known', async () => {
  const { door, deliver } = await open();
  const waiting = deliver();
  await evaluate(door, 0);
  const { status, body } = await waiting;
  expect({ status, data: body.data }).toMatchObject({ status: 202, data: { event_id: await eventOf(door) } });
  expect(body.data).not.toHaveProperty('executions');
});

test('when it takes too long the event is the answer', async () => {
  const { door, deliver } = await open(1);
  const waiting = deliver();
  await evaluate(door, 1);
  expect(await waiting).toMatchObject({ status: 202, body: { data: { event_id: await eventOf(door) } } });
});

test('when this server follows as much as it may the event is the answer, at once', async () => {
  const [one, other] = [await open(), await open()];
  const waiting = one.deliver();
  await eventOf(one.door);
  expect(await other.deliver()).toMatchObject({ status: 202, body: { data: { duplicate: false } } });
  await evaluate(one.door, 0);
  expect((await waiting).status).toBe(202);
});

test('only who may read all executions may hand out their results', async () => {
  const door = await doors.open({ verification: { preset: 'none' } });
  const path = `/api/v1/triggers/${door.ref}/webhooks/enable`;
  const manage: Grant = { resource: 'webhooks', actions: ['read', 'manage'] };
  const some: Grant = {
    resource: 'executions',
    actions: ['read'],
    constraints: { pack_refs: ['waiting'] },
  };
  const json = { respond: 'wait' };
  for (const grants of [[manage], [manage, some]]) {
    const { token } = await t.login(grants);
    expect((await t.request('POST', path, { token, json })).status).toBe(403);
    expect((await t.request('POST', path, { token, json: { respond: 'accepted' } })).status).toBe(200);
  }
  await doors.client.webhooks.enable({ params: { ref: door.ref }, body: { respond: 'wait' } });
  const { token } = await t.login([manage]);
  const opened = { verification: { preset: 'none' } };
  expect((await t.request('POST', path, { token, json: opened })).status).toBe(403);
});
