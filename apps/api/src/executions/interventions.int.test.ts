import type { Client } from '@attune/contract';
import { getExecution, listAdmissions, listAuditEvents, requestAdmissions } from '@attune/db';
import type { ExecutionRow } from '@attune/db';
import { makeExecution, makePolicy, makeWorker } from '@attune/db/testing';
import { executionToken } from '../testing/execution-token.js';
import { useTestApi } from '../testing/test-api.js';

const t = useTestApi();
let client: Client;

beforeAll(async () => {
  client = await t.client();
});

async function running(values: object = {}): Promise<ExecutionRow> {
  return makeExecution(t.db, { status: 'running', worker: await makeWorker(t.db), ...values });
}

describe('pause', () => {
  test('keeps an execution from starting, and says who did it, until it is resumed', async () => {
    const { id } = await makeExecution(t.db);
    const { data: paused } = await client.executions.pause({ params: { id } });
    expect(paused).toMatchObject({
      status: 'requested',
      waiting_for: { kind: 'pause', detail: expect.stringMatching(/^paused by /), since: expect.any(String) },
    });
    await expect(client.executions.pause({ params: { id } })).rejects.toMatchObject({ status: 409 });

    const { data: resumed } = await client.executions.resume({ params: { id } });
    expect(resumed).toMatchObject({ status: 'requested', waiting_for: null });
    await expect(client.executions.resume({ params: { id } })).rejects.toMatchObject({ status: 409 });
  });

  test('leaves the queue of a policy to the others, and its slot', async () => {
    const { id: policy } = await makePolicy(t.db);
    const [a, b] = [await makeExecution(t.db), await makeExecution(t.db)];
    await requestAdmissions(
      t.db,
      [a, b].map(({ id: execution }) => ({ policy, execution })),
    );

    await client.executions.pause({ params: { id: a.id } });

    const { items } = await listAdmissions(t.db, { policy }, { limit: 10 });
    expect(items).toMatchObject([{ execution: b.id, status: 'active' }]);
  });

  test('is not for what runs, and is recorded', async () => {
    const { id } = await running();
    await expect(client.executions.pause({ params: { id } })).rejects.toMatchObject({ status: 409 });
    const waiting = await makeExecution(t.db);
    await client.executions.pause({ params: { id: waiting.id } });
    const { items } = await listAuditEvents(t.db, { event_type: 'execution.paused' }, { limit: 5 });
    expect(items[0]).toMatchObject({ resource_id: waiting.id });
  });
});

describe('cancel', () => {
  test('reaches everything below, whatever its state, and leaves the rest alone', async () => {
    const top = await running();
    const { id: parent } = await running({ parent: top.id });
    const waiting = await makeExecution(t.db, { parent });
    const question = await makeExecution(t.db, { parent, status: 'running', waiting_for: 'inquiry' });
    const over = await makeExecution(t.db, { parent, status: 'completed' });
    const other = await makeExecution(t.db);

    await client.executions.cancel({ params: { id: top.id } });

    const statuses = await Promise.all(
      [top.id, parent, waiting.id, question.id, over.id, other.id].map(
        async (id) => (await getExecution(t.db, id)).status,
      ),
    );
    expect(statuses).toEqual(['canceling', 'canceling', 'cancelled', 'cancelled', 'completed', 'requested']);
  });

  test('leaves what is above running', async () => {
    const top = await running();
    const { id } = await makeExecution(t.db, { parent: top.id });
    await client.executions.cancel({ params: { id } });
    expect(await getExecution(t.db, top.id)).toMatchObject({ status: 'running' });
  });
});

describe('what a program starts', () => {
  const execute = async (token: string) =>
    t.request('POST', '/api/v1/executions/execute', { token, json: { action_ref: 'core.noop' } });

  test('is below its execution, for as long as that is not to end', async () => {
    const { token, identityId } = await t.login([{ resource: 'actions', actions: ['execute'] }]);
    const execution = await running({ executor: identityId, permission_set_refs: ['core.admin'] });
    const ofProgram = await executionToken(t, execution, token);

    const answer = await execute(ofProgram);

    expect(answer).toMatchObject({
      status: 201,
      body: { data: { parent: execution.id, root: execution.id } },
    });
    await client.executions.cancel({ params: { id: execution.id } });
    expect(await getExecution(t.db, (answer.body as { data: { id: number } }).data.id)).toMatchObject({
      status: 'cancelled',
    });
    expect((await execute(ofProgram)).status).toBe(422);
  });
});

test('a run may be tried again otherwise than its action says', async () => {
  const retry = { count: 3, delay: 5, on: ['lost' as const] };
  const { data } = await client.executions.execute({ body: { action_ref: 'core.noop', retry } });
  expect((await getExecution(t.db, data.id)).retry).toMatchObject({
    ...retry,
    backoff: 'constant',
    jitter: 0,
  });
});
