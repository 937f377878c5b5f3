import type { Client } from '@attune/contract';
import { getExecution, insertEvents, insertExecutions } from '@attune/db';
import {
  makeAction,
  makeEnforcement,
  makeExecution,
  makePermissionSet,
  makeRule,
  makeSensor,
  makeTrigger,
} from '@attune/db/testing';
import type { Grant } from '@attune/domain';
import { executionToken } from '../testing/execution-token.js';
import { useTestApi } from '../testing/test-api.js';

const t = useTestApi();
let client: Client;

beforeAll(async () => {
  client = await t.client();
});

/** A sensor's event, the rule it matched, its execution, two tasks of that, and an event that one of them recorded. */
async function makeStory() {
  const { db } = t;
  const trigger = await makeTrigger(db);
  const action = await makeAction(db);
  const rule = await makeRule(db, {
    trigger_ref: trigger.ref,
    action_ref: action.ref,
    conditions: [{ field: 'n', operator: 'equals', value: 1 }],
  });
  const enforcement = await makeEnforcement(db, { rule, status: 'processed' });
  const root = enforcement.execution ?? 0;
  const [task, sibling] = await insertExecutions(db, [
    { action_ref: action.ref, parent: root },
    { action_ref: action.ref, parent: root },
  ]);
  const [reported] = await insertEvents(db, [
    { trigger_ref: trigger.ref, payload: {}, cause_execution: task?.id ?? 0 },
  ]);
  return {
    trigger,
    action,
    rule,
    enforcement,
    root,
    task: task?.id ?? 0,
    sibling: sibling?.id ?? 0,
    reported: reported?.id ?? 0,
  };
}

type Nodes = Awaited<ReturnType<typeof ofExecution>>['nodes'];

async function ofExecution(id: number, query: { depth?: number } = {}, as = client) {
  return (await as.traces.ofExecution({ params: { id }, query })).data;
}

/** `place kind id ← cause`, in order. */
function lines(nodes: Nodes): string[] {
  return nodes.map(({ place, kind, id, cause }) => `${place} ${kind} ${id ?? '?'} ← ${cause ?? 'nothing'}`);
}

test('from an execution up to where it came from, and down to what it caused', async () => {
  const { enforcement, root, task, reported, rule, trigger } = await makeStory();

  const { nodes, complete } = await ofExecution(task);

  expect(lines(nodes)).toEqual([
    `above event ${enforcement.event} ← nothing`,
    `above enforcement ${enforcement.id} ← 0`,
    `above execution ${root} ← 1`,
    `here execution ${task} ← 2`,
    `below event ${reported} ← 3`,
  ]);
  expect(complete).toBe(true);
  expect(nodes[0]).toMatchObject({ ref: trigger.ref, status: 'evaluated', source: { kind: 'api' } });
  expect(nodes[0]?.decided_at).toEqual(expect.any(String));
  expect(nodes[1]).toMatchObject({ ref: rule.ref, status: 'processed' });
  expect(nodes[1]?.clauses?.map(({ ok, actual }) => [ok, actual])).toEqual([[true, 1]]);
  expect(nodes[4]).toMatchObject({ source: { kind: 'execution' }, status: 'pending' });
});

test('from the first event down: everything, and each after what led to it', async () => {
  const { enforcement, root, task, sibling, reported } = await makeStory();

  const { data } = await client.traces.ofEvent({ params: { id: enforcement.event } });

  expect(lines(data.nodes)).toEqual([
    `here event ${enforcement.event} ← nothing`,
    `below enforcement ${enforcement.id} ← 0`,
    `below execution ${root} ← 1`,
    `below execution ${task} ← 2`,
    `below execution ${sibling} ← 2`,
    `below event ${reported} ← 3`,
  ]);
});

test('an event that an execution reports with its own token remembers it', async () => {
  const { trigger } = await makeStory();
  const { token: owner, identityId } = await t.login();
  const set = await makePermissionSet(t.db, { grants: [{ resource: 'events', actions: ['create'] }] });
  const execution = await makeExecution(t.db, {
    status: 'running',
    executor: identityId,
    permission_set_refs: [set.ref],
  });
  const token = await executionToken(t, execution, owner);
  const { body } = await t.request('POST', '/api/v1/events', {
    token,
    json: { trigger_ref: trigger.ref, payload: {} },
  });
  const { id } = body.data as { id: number };

  const { nodes } = await ofExecution(execution.id);
  expect(lines(nodes)).toEqual([`here execution ${execution.id} ← nothing`, `below event ${id} ← 0`]);
});

test('sensors are named as the source', async () => {
  const { trigger } = await makeStory();
  const sensor = await makeSensor(t.db);
  const [event] = await insertEvents(t.db, [
    { trigger_ref: trigger.ref, payload: {}, source_ref: sensor.ref },
  ]);

  const { data } = await client.traces.ofEvent({ params: { id: event?.id ?? 0 } });
  expect(data.nodes[0]?.source).toEqual({ kind: 'sensor', ref: sensor.ref, delivery: null });
});

test('what the caller may not read is there, and says nothing', async () => {
  const { action, enforcement, root, task, rule } = await makeStory();
  const grant: Grant = { resource: 'executions', actions: ['read'], constraints: { ids: [task] } };

  const { nodes } = await ofExecution(task, {}, await t.client([grant]));

  expect(nodes.map(({ hidden }) => hidden)).toEqual([true, true, true, false, true]);
  const text = JSON.stringify(nodes.filter(({ hidden }) => hidden));
  for (const secret of [rule.ref, action.ref]) expect(text).not.toContain(secret);
  expect(
    nodes.filter(({ hidden }) => hidden).every(({ id, created }) => id === null && created === null),
  ).toBe(true);
  expect([enforcement.id, root]).not.toContain(null);
});

test('a trace has bounds, and says when there is more', async () => {
  const { enforcement, root, task } = await makeStory();

  const near = await ofExecution(task, { depth: 1 });
  expect(lines(near.nodes)).toEqual([
    `above execution ${root} ← nothing`,
    `here execution ${task} ← 0`,
    expect.stringContaining('below event'),
  ]);
  expect(near.complete).toBe(false);

  const { data: few } = await client.traces.ofEvent({
    params: { id: enforcement.event },
    query: { limit: 2 },
  });
  expect(few.nodes).toHaveLength(3);
  expect(few.complete).toBe(false);

  const { data: exact } = await client.traces.ofEvent({
    params: { id: enforcement.event },
    query: { limit: 5 },
  });
  expect(exact).toMatchObject({ complete: true });
});

test('a trace of an execution that nobody caused begins with itself', async () => {
  const [{ id } = { id: 0 }] = await insertExecutions(t.db, [{ action_ref: 'core.noop' }]);

  const { nodes, complete } = await ofExecution(id);

  expect(lines(nodes)).toEqual([`here execution ${id} ← nothing`]);
  expect(complete).toBe(true);
  expect(nodes[0]?.created).toBe((await getExecution(t.db, id)).created.toISOString());
});
