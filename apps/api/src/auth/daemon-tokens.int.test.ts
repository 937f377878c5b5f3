import { randomBytes } from 'node:crypto';
import { finishExecutions, listAuditEvents, registerWorker, releaseWorker, revokeApiToken } from '@attune/db';
import type { WorkerRow } from '@attune/db';
import { makeExecution, makePermissionSet, makeTrigger, makeWorker } from '@attune/db/testing';
import type { Grant } from '@attune/domain';
import { decodeJwt } from 'jose';
import { useSecondApi } from '../testing/second-api.js';
import { useTestApi } from '../testing/test-api.js';

const options = { security: { master_key: randomBytes(32).toString('base64') } };
const t = useTestApi(options);
const second = useSecondApi(t, options);

const daemonGrants: Grant[] = [
  { resource: 'events', actions: ['create'] },
  { resource: 'tokens', actions: ['create', 'mint_sensor', 'mint_worker', 'mint_execution'] },
];
const keysOfOwner: Grant = { resource: 'keys', actions: ['read'], constraints: { owner: 'self' } };

interface Minted {
  token: string;
  expires_at: string;
}

async function post(path: string, token: string | undefined, json: unknown) {
  const answer = await t.request('POST', path, { token, json });
  return { status: answer.status, body: answer.body, data: answer.body.data as Minted };
}

async function me(token: string, at: Pick<typeof t, 'request'> = t) {
  const { status, body } = await at.request('GET', '/auth/me', { token });
  return {
    status,
    grants: (body.data as { effective_permissions: Grant[] } | undefined)?.effective_permissions,
  };
}

/** A daemon with its API token, and its worker with a token. */
async function daemon() {
  const { token } = await t.login(daemonGrants);
  const { body } = await t.request('POST', '/auth/tokens', { token, json: { label: 'daemon' } });
  const created = body.data as { token: string; integration_token: { id: number } };
  const worker = await makeWorker(t.db);
  return { apiToken: created.token, apiTokenId: created.integration_token.id, worker };
}

function workerToken(apiToken: string, { id, incarnation }: WorkerRow) {
  return post('/auth/worker-token', apiToken, { worker_id: id, incarnation });
}

async function running(worker: WorkerRow, grants: Grant[] = [keysOfOwner]) {
  const owner = await t.login([{ resource: 'keys', actions: ['read', 'decrypt'] }]);
  const set = await makePermissionSet(t.db, { grants });
  const execution = await makeExecution(t.db, {
    status: 'running',
    worker,
    executor: owner.identityId,
    permission_set_refs: [set.ref],
  });
  return { owner, execution, body: { execution_id: execution.id, attempt: execution.attempt } };
}

describe('minting', () => {
  test('takes a login and the permission for the kind', async () => {
    const requests: [string, Grant['actions'][number], unknown][] = [
      ['sensor', 'mint_sensor', { sensor_ref: 'ops.disk', trigger_types: ['ops.full'] }],
      ['worker', 'mint_worker', { worker_id: 1, incarnation: 1 }],
      ['execution', 'mint_execution', { execution_id: 1, attempt: 1 }],
    ];
    for (const [kind, action, json] of requests) {
      const path = `/auth/${kind}-token`;
      expect((await post(path, undefined, json)).status).toBe(401);
      const actions = ['read', 'create', 'delete', 'mint_sensor', 'mint_worker', 'mint_execution'];
      const others = actions.filter((name) => name !== action);
      const { token } = await t.login([{ resource: 'tokens', actions: others }]);
      expect((await post(path, token, json)).status).toBe(403);
    }
    const path = '/auth/internal/sensor-token';
    expect((await post(path, undefined, requests[0]?.[2])).status).toBe(404);
  });

  test('is in the audit trail, without the token', async () => {
    const { apiToken, worker } = await daemon();
    const { data } = await workerToken(apiToken, worker);
    const { items } = await listAuditEvents(t.db, { event_type: 'auth.token_minted' }, { limit: 1 });
    expect(items[0]).toMatchObject({
      actor_token_type: 'api',
      resource_type: 'worker',
      resource_id: worker.id,
      details: { kind: 'worker', incarnation: 1 },
    });
    expect(JSON.stringify(items)).not.toContain(data.token);
  });
});

describe('the token of a sensor', () => {
  test('makes events of its triggers and does nothing else', async () => {
    const { apiToken } = await daemon();
    const [own, other] = [await makeTrigger(t.db), await makeTrigger(t.db)];
    const json = { sensor_ref: 'ops.disk', trigger_types: [own.ref], ttl_seconds: 7_200 };
    const { status, data } = await post('/auth/sensor-token', apiToken, json);
    expect(status).toBe(201);
    expect(data).toMatchObject({ sensor_ref: 'ops.disk', trigger_types: [own.ref] });
    expect(Date.parse(data.expires_at) - t.clock.ms).toBeGreaterThan(7_190_000);

    const event = (trigger_ref: string) => post('/api/v1/events', data.token, { trigger_ref, payload: {} });
    expect((await event(own.ref)).status).toBe(201);
    expect((await event(other.ref)).status).toBe(403);
    for (const path of ['/api/v1/events', '/api/v1/rules', '/auth/tokens', '/auth/sessions']) {
      expect((await t.request('GET', path, { token: data.token })).status).toBe(403);
    }
    expect((await post('/auth/sensor-token', data.token, json)).status).toBe(403);
    expect((await post('/auth/worker-token', data.token, { worker_id: 1, incarnation: 1 })).status).toBe(403);
  });

  test('renews itself before it ends, for as long again, and not after', async () => {
    const { apiToken, apiTokenId } = await daemon();
    const json = { sensor_ref: 'ops.disk', trigger_types: ['ops.full'], ttl_seconds: 3_600 };
    const { data } = await post('/auth/sensor-token', apiToken, json);
    t.clock.ms += 3_500_000;
    const renewed = await post('/auth/renew', data.token, {});
    expect(renewed.status).toBe(200);
    t.clock.ms += 200_000;
    expect((await me(data.token)).status).toBe(401);
    expect((await post('/auth/renew', data.token, {})).status).toBe(401);
    const { grants } = await me(renewed.data.token);
    expect(grants).toEqual([
      { resource: 'events', actions: ['create'], constraints: { refs: ['ops.full'] } },
    ]);
    await revokeApiToken(t.db, apiTokenId, {});
    t.clock.ms += 5_000;
    expect((await post('/auth/renew', renewed.data.token, {})).status).toBe(401);
  });

  test('renewing is nothing for logins and API tokens', async () => {
    const { apiToken } = await daemon();
    const { token } = await t.login();
    expect((await post('/auth/renew', apiToken, {})).status).toBe(403);
    expect((await post('/auth/renew', token, {})).status).toBe(403);
  });
});

describe('the token of a worker', () => {
  test('asks for tokens of executions and does nothing else', async () => {
    const { apiToken, worker } = await daemon();
    const { status, data } = await workerToken(apiToken, worker);
    expect(status).toBe(201);
    expect((await me(data.token)).grants).toEqual([{ resource: 'tokens', actions: ['mint_execution'] }]);
    expect((await post('/api/v1/events', data.token, { trigger_ref: 'core.x' })).status).toBe(403);
    expect((await post('/auth/tokens', data.token, { label: 'x' })).status).toBe(403);
    expect((await workerToken(data.token, worker)).status).toBe(403);
  });

  test('is given to a start of a worker that has its lease, and to no other', async () => {
    const { apiToken, worker } = await daemon();
    const next = { ...worker, incarnation: worker.incarnation + 1 };
    expect((await workerToken(apiToken, next)).status).toBe(409);
    expect((await workerToken(apiToken, { ...worker, id: 999_999 })).status).toBe(409);
    await registerWorker(t.db, { name: worker.name, leaseMs: 60_000 });
    expect((await workerToken(apiToken, worker)).status).toBe(409);
    expect((await workerToken(apiToken, next)).status).toBe(201);
    await releaseWorker(t.db, next);
    expect((await workerToken(apiToken, next)).status).toBe(409);
  });
});

describe('the token of an execution', () => {
  test('has what its permission sets name and its owner holds, until the attempt ends', async () => {
    const { apiToken, worker } = await daemon();
    const { data: asked } = await workerToken(apiToken, worker);
    const { execution, body, owner } = await running(worker, [
      keysOfOwner,
      { resource: 'identities', actions: ['create'] },
    ]);
    const { status, data } = await post('/auth/execution-token', asked.token, body);
    expect(status).toBe(201);
    expect(decodeJwt(data.token)).toMatchObject({ kind: 'execution', sub: String(owner.identityId) });
    for (const at of [t, second])
      expect(await me(data.token, at)).toEqual({
        status: 200,
        grants: [keysOfOwner],
      });
    expect((await post('/api/v1/packs', data.token, {})).status).not.toBe(201);
    expect((await post('/auth/execution-token', data.token, body)).status).toBe(403);
    expect((await t.request('GET', '/auth/sessions', { token: data.token })).status).toBe(403);

    const hold = { workerId: worker.id, incarnation: worker.incarnation };
    const outcome = { id: execution.id, attempt: execution.attempt, status: 'completed' as const };
    await finishExecutions(t.db, [outcome], hold);
    t.clock.ms += 5_000;
    for (const at of [t, second]) expect((await me(data.token, at)).status).toBe(401);
    expect((await post('/auth/execution-token', asked.token, body)).status).toBe(409);
  });

  test('is given to the worker that has the attempt in hand, and to nobody else', async () => {
    const { apiToken, worker } = await daemon();
    const { worker: stranger } = await daemon();
    const { body } = await running(worker);
    const strangers = await workerToken(apiToken, stranger);
    expect((await post('/auth/execution-token', strangers.data.token, body)).status).toBe(409);
    const own = await workerToken(apiToken, worker);
    const later = { ...body, attempt: body.attempt + 1 };
    expect((await post('/auth/execution-token', own.data.token, later)).status).toBe(409);
    const mint: Grant = { resource: 'tokens', actions: ['mint_execution'] };
    const { token } = await t.login([mint]);
    for (const other of [apiToken, token]) {
      expect((await post('/auth/execution-token', other, body)).status).toBe(403);
    }
  });

  test('is not made for an execution without permission sets, or that runs for nobody', async () => {
    const { apiToken, worker } = await daemon();
    const { data } = await workerToken(apiToken, worker);
    const owner = await t.login([]);
    const set = await makePermissionSet(t.db, { grants: [keysOfOwner] });
    for (const values of [{ executor: owner.identityId }, { permission_set_refs: [set.ref] }]) {
      const { id, attempt } = await makeExecution(t.db, { status: 'running', worker, ...values });
      const { status, body } = await post('/auth/execution-token', data.token, { execution_id: id, attempt });
      expect({ status, error: body.error }).toEqual({
        status: 409,
        error: `execution ${id} has no permissions, so it gets no token`,
      });
    }
  });
});

test('what a daemon had signed ends with its API token, in every process', async () => {
  const { apiToken, apiTokenId, worker } = await daemon();
  const { data: asked } = await workerToken(apiToken, worker);
  const { body } = await running(worker);
  const { data } = await post('/auth/execution-token', asked.token, body);
  for (const token of [asked.token, data.token]) expect((await me(token, second)).status).toBe(200);
  await revokeApiToken(t.db, apiTokenId, {});
  t.clock.ms += 5_000;
  for (const token of [apiToken, asked.token, data.token]) expect((await me(token, second)).status).toBe(401);
});
