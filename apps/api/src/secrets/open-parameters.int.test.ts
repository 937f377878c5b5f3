import {
  claimExecutions,
  createSecretBox,
  insertKey,
  listAuditEvents,
  scheduleExecutions,
  updateIdentity,
} from '@attune/db';
import type { NewKey, WorkerRow } from '@attune/db';
import {
  makeAction,
  makeEnforcement,
  makeExecution,
  makePack,
  makeRule,
  makeWorker,
} from '@attune/db/testing';
import type { Grant } from '@attune/domain';
import { useTestApi } from '../testing/test-api.js';
import { readMasterKeys } from './known-secrets.js';

const t = useTestApi();
const readsKeys: Grant = { resource: 'keys', actions: ['read', 'decrypt'] };
const path = '/auth/execution-parameters';
let apiToken: string;
let worker: WorkerRow;
let workerToken: string;
let count = 0;

beforeAll(async () => {
  const daemon = await t.login([
    { resource: 'tokens', actions: ['create', 'mint_worker', 'mint_execution'] },
  ]);
  const made = await t.request('POST', '/auth/tokens', { token: daemon.token, json: { label: 'daemon' } });
  apiToken = (made.body.data as { token: string }).token;
  worker = await makeWorker(t.db);
  workerToken = await tokenOf(worker);
});

async function tokenOf({ id, incarnation }: WorkerRow): Promise<string> {
  const json = { worker_id: id, incarnation };
  const { body } = await t.request('POST', '/auth/worker-token', { token: apiToken, json });
  return (body.data as { token: string }).token;
}

async function key(values: Partial<NewKey> = {}): Promise<string> {
  const ref = `opened.key_${(count += 1)}`;
  const box = createSecretBox(readMasterKeys(t.config));
  await insertKey(t.db, box, {
    ref,
    owner_type: 'system',
    name: ref,
    encrypted: true,
    value: 'the-value',
    ...values,
  });
  return ref;
}

/** An execution in the hands of the worker. */
async function running(config: Record<string, unknown>, more: object = {}) {
  const { id, attempt } = await makeExecution(t.db, { status: 'running', worker, config, ...more });
  return { execution_id: id, attempt };
}

/** Has the worker take one that was requested. */
async function claim(id: number) {
  const hold = { workerId: worker.id, incarnation: worker.incarnation };
  await scheduleExecutions(t.db, [{ id, dispatch_queue: 'dispatch.noop' }]);
  expect(await claimExecutions(t.db, [{ id, attempt: 1 }], hold)).toHaveLength(1);
  return { execution_id: id, attempt: 1 };
}

async function open(json: object, token = workerToken) {
  const { status, body } = await t.request('POST', path, { token, json });
  const { parameters } = (body.data ?? {}) as { parameters?: unknown };
  return { status, parameters, error: body.error };
}

const secretOf = (...parts: unknown[]) => ({ $secret: parts });

test('keys are opened with the permissions of whom the execution runs for, and that is audited', async () => {
  const owner = await t.login([readsKeys]);
  const [text, number] = [await key(), await key({ value: 4711, encrypted: false })];
  const config = {
    header: secretOf('Bearer ', { key: text }),
    pins: [secretOf({ key: number }), 1],
    both: secretOf({ key: text }, '/', { key: number }),
    name: 'x',
  };
  const held = await running(config, { executor: owner.identityId });

  expect(await open(held)).toMatchObject({
    status: 200,
    parameters: {
      header: 'Bearer the-value',
      pins: [4711, 1],
      both: 'the-value/4711',
      name: 'x',
    },
  });
  for (const [ref, event_type] of [
    [text, 'key.decrypted'],
    [number, 'key.read'],
  ]) {
    const { items } = await listAuditEvents(t.db, { resource_ref: ref }, { limit: 5 });
    expect(items).toMatchObject([
      {
        event_type,
        category: 'secret',
        actor_token_type: 'worker',
        details: { execution: held.execution_id, attempt: 1, identity: owner.identityId },
      },
    ]);
  }
  expect(t.lines.join('')).not.toContain('the-value');
});

test('what somebody has asked to run with is sealed in its row, and opened for the worker', async () => {
  const param_schema = { token: { type: 'string', secret: true }, host: { type: 'string' } };
  const { ref: action_ref } = await makeAction(t.db, { param_schema });
  const client = await t.client();
  const parameters = { token: 'a literal', host: 'a' };
  const { data } = await client.executions.execute({ body: { action_ref, parameters } });

  expect(await open(await claim(data.id))).toMatchObject({ status: 200, parameters });
});

test('only the worker that has the attempt in hand is answered', async () => {
  const held = await running({ a: 1 });
  const other = await tokenOf(await makeWorker(t.db));
  const person = await t.login([{ resource: 'tokens', actions: ['mint_execution'] }]);

  expect((await open(held)).status).toBe(200);
  expect((await open({ ...held, attempt: 2 })).status).toBe(409);
  expect((await open(held, other)).status).toBe(409);
  expect((await open(held, person.token)).status).toBe(403);
  expect((await open(held, apiToken)).status).toBe(403);
});

test('a key that its owner may not read stays shut, and the answer names it', async () => {
  const [shut, clear] = [await key(), await key({ encrypted: false })];
  const nobody = await t.login([]);
  const reader = await t.login([{ resource: 'keys', actions: ['read'] }]);
  const limited = await t.login([{ ...readsKeys, constraints: { refs: [clear] } }]);
  const ask = async (executor: number, ref: string) =>
    open(await running({ x: secretOf({ key: ref }) }, { executor }));

  for (const { login, identityId } of [nobody, reader, limited]) {
    const { status, error } = await ask(identityId, shut);
    expect(status).toBe(403);
    expect(error).toContain(`${login}, for whom execution`);
    expect(error).toContain(`may not read key ${shut}`);
  }
  expect((await ask(nobody.identityId, clear)).status).toBe(403);
  expect((await ask(reader.identityId, clear)).status).toBe(200);
  expect((await ask(limited.identityId, clear)).status).toBe(200);
  const missing = await ask(reader.identityId, 'opened.missing');
  expect(missing).toMatchObject({ status: 404, error: expect.stringContaining('opened.missing') });
  await updateIdentity(t.db, limited.identityId, { frozen: true });
  expect((await ask(limited.identityId, clear)).status).toBe(403);
  expect((await listAuditEvents(t.db, { resource_ref: shut }, { limit: 5 })).items).toEqual([]);
});

test('what came with a pack reads the keys of the system and its own, and no others', async () => {
  const [pack, other, person] = [await makePack(t.db), await makePack(t.db), await t.login([])];
  const rule = await makeRule(t.db, { ref: `${pack.ref}.ask` });
  const ask = async (ref: string) => {
    const config = { x: secretOf({ key: ref }) };
    const { execution } = await makeEnforcement(t.db, { rule, status: 'processed', config });
    return (await open(await claim(execution!))).status;
  };

  expect(await ask(await key())).toBe(200);
  expect(await ask(await key({ owner_type: 'pack', owner: pack.ref }))).toBe(200);
  expect(await ask(await key({ owner_type: 'pack', owner: other.ref }))).toBe(403);
  expect(await ask(await key({ owner_type: 'identity', owner: person.login }))).toBe(403);
});
