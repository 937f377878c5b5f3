import type { Client } from '@attune/contract';
import { appendLogChunks, finishExecutions } from '@attune/db';
import { makeExecution, makeWorker } from '@attune/db/testing';
import { executionCancelRequested, executionFinished, executionRequested, message, notice } from '@attune/mq';
import type { MessageContract } from '@attune/mq';
import { waitUntil } from '@attune/testing';
import { useTestApi } from '../testing/test-api.js';

const t = useTestApi({ streams: { recheck_ms: 5_000 } });
let client: Client;

beforeAll(async () => {
  client = await t.client();
  await client.packs.create({ body: { ref: 'ops', label: 'Operations', version: '1.0.0' } });
  await client.actions.create({
    body: {
      ref: 'ops.call',
      label: 'Call',
      runtime_ref: 'core.shell',
      entrypoint: 'true',
      param_schema: {
        url: { type: 'string', required: true },
        tries: { type: 'integer', default: 3 },
        token: { type: 'string', secret: true },
      },
    },
  });
});

async function execute(json: unknown) {
  return t.request('POST', '/api/v1/executions/execute', { token: await t.admin(), json });
}

async function countExecutions(): Promise<number> {
  const query = t.db.selectFrom('execution').select((eb) => eb.fn.countAll<number>().as('rows'));
  return (await query.executeTakeFirstOrThrow()).rows;
}

describe('execute', () => {
  test('an execution is requested with its defaults, announced, and its secrets are not shown', async () => {
    const requested = await collect(executionRequested, 'executor.requests');
    const { data } = await client.executions.execute({
      body: { action_ref: 'ops.call', parameters: { url: 'u', token: 'top secret' } },
    });
    expect(data).toMatchObject({
      action_ref: 'ops.call',
      status: 'requested',
      attempt: 1,
      config: { url: 'u', tries: 3, token: null },
      result: null,
    });
    expect((await client.executions.get({ params: { id: data.id } })).data).toEqual(data);
    await waitUntil(() => requested.bodies.some(({ executionId }) => executionId === data.id));
    await requested.close();
    expect(t.lines.join('')).not.toContain('top secret');
  });

  const call = { action_ref: 'ops.call', parameters: { url: 'u' } };
  test.each([
    ['a parameter of the wrong type', { parameters: { url: 'u', tries: 'many' } }, 'parameters.tries'],
    ['a missing parameter', { parameters: {} }, 'parameters.url'],
    ['parameters that are a list', { parameters: [] }, 'parameters'],
    ['a timeout beyond the limit', { timeout_seconds: 10_000_000 }, 'timeout_seconds'],
    ['a start timeout of parts of a second', { start_timeout_seconds: 0.5 }, 'start_timeout_seconds'],
    ['a total timeout of nothing', { total_timeout_seconds: 0 }, 'total_timeout_seconds'],
    ['a variable of the platform', { env_vars: { ATTUNE_API_TOKEN: 'x' } }, 'env_vars.ATTUNE_API_TOKEN'],
  ])('%s is refused at its path, and nothing is stored', async (_what, change, path) => {
    const before = await countExecutions();
    const answer = await execute({ ...call, ...change });
    expect(answer).toMatchObject({ status: 422, body: { code: 'VALIDATION_ERROR', details: [{ path }] } });
    expect(await countExecutions()).toBe(before);
  });

  test('an unknown action is refused with the nearest name', async () => {
    const before = await countExecutions();
    const answer = await execute({ ...call, action_ref: 'ops.cal' });
    const details = [{ path: 'action_ref', hint: "did you mean 'ops.call'?" }];
    expect(answer).toMatchObject({ status: 404, body: { code: 'NOT_FOUND', details } });
    expect(await countExecutions()).toBe(before);
  });

  test('a misspelt field is reported beside the fault it caused', async () => {
    const { body } = await execute({ action_ref: 'ops.call', paramters: { url: 'u' } });
    expect(body.details).toMatchObject([{ path: 'parameters.url' }]);
  });

  test('an Idempotency-Key makes one execution of many requests', async () => {
    const before = await countExecutions();
    const call = () =>
      client.executions.execute({
        body: { action_ref: 'ops.call', parameters: { url: 'once' } },
        idempotencyKey: 'run-1',
      });
    const first = await call();
    expect(await call()).toEqual(first);
    expect(await countExecutions()).toBe(before + 1);
  });
});

describe('cancel', () => {
  test('what has not started is cancelled at once, and asking again is a conflict', async () => {
    const finished = await collect(executionFinished, 'executor.finished');
    const { id } = await makeExecution(t.db, { status: 'requested' });
    const { data } = await client.executions.cancel({ params: { id } });
    expect(data.status).toBe('cancelled');
    await waitUntil(() => finished.bodies.some(({ executionId }) => executionId === id));
    await finished.close();

    const again = await t.request('POST', `/api/v1/executions/${id}/cancel`, { token: await t.admin() });
    expect(again).toMatchObject({
      status: 409,
      body: { code: 'CONFLICT', error: `cannot cancel execution ${id}: it is cancelled` },
    });
  });

  test('what runs is asked to end, once and again', async () => {
    const asked: number[] = [];
    const subscription = await t.bus.subscribe(executionCancelRequested, async (batch) => {
      asked.push(...batch.map(({ body }) => body.executionId));
    });
    const { id } = await makeExecution(t.db, { status: 'running' });
    expect((await client.executions.cancel({ params: { id } })).data.status).toBe('canceling');
    expect((await client.executions.cancel({ params: { id } })).data.status).toBe('canceling');
    await waitUntil(() => asked.includes(id));
    await subscription.close();
  });
});

describe('lists and history', () => {
  test('executions are listed without parameters and results', async () => {
    const { id } = await makeExecution(t.db, { status: 'completed', result: { data: 1 } });
    const { items } = await client.executions.list({ query: { status: 'completed', top_level_only: true } });
    expect(items.map((item) => item.id)).toContain(id);
    expect(items[0]).not.toHaveProperty('config');
    expect(items[0]).not.toHaveProperty('result');
  });

  test('the history tells every state in order', async () => {
    const { id } = await makeExecution(t.db, { status: 'completed' });
    const { items } = await client.executions.history({ params: { id } });
    expect(items.map(({ status }) => status)).toEqual(['requested', 'scheduled', 'running', 'completed']);
    expect(items.map(({ previous_status }) => previous_status)).toEqual([
      null,
      'requested',
      'scheduled',
      'running',
    ]);
  });

  test('an execution that is not there is a 404', async () => {
    for (const path of ['', '/log', '/log?follow=true', '/history']) {
      const answer = await t.request('GET', `/api/v1/executions/999999${path}`, { token: await t.admin() });
      expect(answer).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    }
  });
});

describe('log', () => {
  async function running() {
    const worker = await makeWorker(t.db);
    const { id, attempt } = await makeExecution(t.db, { status: 'running', worker });
    const write = (sequence: number, content: string) =>
      appendLogChunks(t.db, [{ execution_id: id, attempt, sequence, stream: 'stdout', content }]);
    const finish = async () => {
      const hold = { workerId: worker.id, incarnation: worker.incarnation };
      await finishExecutions(t.db, [{ id, attempt, status: 'completed' }], hold);
    };
    const tell = () =>
      t.bus.publish([
        message(notice, { changes: [{ entityType: 'execution', entityId: id, change: 'updated' }] }),
      ]);
    return { id, write, finish, tell };
  }

  test('it is read in pages', async () => {
    const { id, write } = await running();
    for (const sequence of [1, 2, 3]) await write(sequence, `line ${sequence}\n`);
    const first = await client.executions.log({ params: { id }, query: { limit: 2 } });
    expect(first.items.map(({ content }) => content)).toEqual(['line 1\n', 'line 2\n']);
    expect(first.pagination.has_next).toBe(true);
    const after = first.items.at(-1)?.position;
    const second = await client.executions.log({ params: { id }, query: { after } });
    expect(second.items).toMatchObject([{ position: '1.3', stream: 'stdout', content: 'line 3\n' }]);
    expect(second.pagination.has_next).toBe(false);
  });

  test('following replays what there is, then tells what comes, then ends', async () => {
    const { id, write, finish, tell } = await running();
    await write(1, 'before');
    const events = client.followLog(id)[Symbol.asyncIterator]();
    expect((await events.next()).value).toMatchObject({
      event: 'chunk',
      id: '1.1',
      data: { content: 'before' },
    });
    const next = events.next();
    await write(2, 'live');
    await tell();
    expect((await next).value).toMatchObject({ id: '1.2', data: { content: 'live' } });
    const rest = events.next();
    await write(3, 'last words');
    await finish();
    await tell();
    expect((await rest).value).toMatchObject({ id: '1.3', data: { content: 'last words' } });
    expect((await events.next()).value).toEqual({ event: 'end', data: { status: 'completed' } });
    expect((await events.next()).done).toBe(true);
  });

  test('Last-Event-ID goes on after the chunk it names', async () => {
    const { id, write, finish } = await running();
    for (const sequence of [1, 2, 3]) await write(sequence, `line ${sequence}`);
    await finish();
    const events = [];
    for await (const event of client.followLog(id, { after: '1.2' })) events.push(event.id ?? event.event);
    expect(events).toEqual(['1.3', 'end']);
  });

  test('a position that is none is refused', async () => {
    const { id } = await running();
    const answer = await t.request('GET', `/api/v1/executions/${id}/log?after=seven`, {
      token: await t.admin(),
    });
    expect(answer).toMatchObject({ status: 422, body: { details: [{ path: 'query.after' }] } });
  });

  test('a stream ends with the session of its reader', async () => {
    const { id, write, tell } = await running();
    await write(1, 'visible');
    const { token } = await t.login();
    const response = await fetch(`${t.api.url}/api/v1/executions/${id}/log?follow=true`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    await t.request('POST', '/auth/logout', { token });
    await write(2, 'not for you');
    await tell();
    let text = '';
    for (;;) {
      const { done, value } = await reader.read().catch(() => ({ done: true, value: undefined }));
      if (done) break;
      text += value;
    }
    expect(text).not.toContain('not for you');
  });

  test('a reader who leaves is forgotten', async () => {
    const { id } = await running();
    const leave = new AbortController();
    const token = await t.admin();
    await fetch(`${t.api.url}/api/v1/executions/${id}/log?follow=true`, {
      headers: { authorization: `Bearer ${token}` },
      signal: leave.signal,
    });
    leave.abort();
    await expect(t.api.stop()).resolves.toBeUndefined();
  });
});

async function collect<B>(contract: MessageContract<B>, queue: string) {
  const bodies: B[] = [];
  const subscription = await t.bus.consume(contract, { queue }, async (batch) => {
    bodies.push(...batch.map(({ body }) => body));
    return batch.map(() => ({ kind: 'ack' }) as const);
  });
  return { bodies, close: () => subscription.close() };
}
