import { createHmac, randomBytes } from 'node:crypto';
import { createClient } from '@attune/contract';
import {
  createSecretBox,
  getExecution,
  getKeyByRef,
  getPackByRef,
  insertKey,
  listExecutions,
  openKey,
  updatePack,
} from '@attune/db';
import { makePack, useTestDatabase } from '@attune/db/testing';
import { createMemoryBroker, openMemoryBus } from '@attune/mq';
import { createLogger } from '@attune/service';
import { waitUntil } from '@attune/testing';
import { createApi } from '../api.service.js';
import type { Api } from '../api.service.js';
import type { ApiConfig } from '../config.js';
import { testConfig } from '../testing/test-api.js';
import { showSecrets } from './shown-secrets.js';

const database = useTestDatabase();
const account = { login: 'ada', password: 'correct horse battery' };
const webhookSecret = 'a-secret-of-a-webhook';
const [oldKey, newKey, strangeKey] = [randomBytes(32), randomBytes(32), randomBytes(32)];
const config = testConfig({ security: { admin_login: account.login, admin_password: account.password } });
let lines: string[] = [];

beforeEach(async () => {
  await database.db.deleteFrom('key').execute();
  await database.db.deleteFrom('signing_key').execute();
});

async function withApi<T>(
  security: Partial<ApiConfig['security']>,
  work: (api: Api) => Promise<T>,
): Promise<T> {
  lines = [];
  const log = createLogger('test', { destination: { write: (line) => void lines.push(line) } });
  const bus = openMemoryBus({ log, broker: createMemoryBroker() });
  const started = { ...config, security: { ...config.security, ...security } };
  let api: Api | undefined;
  try {
    api = await createApi(started, { db: database.db, bus, log });
    return await work(api);
  } finally {
    await api?.stop();
    await bus.close();
  }
}

function keys(current: Buffer, ...previous: Buffer[]): Partial<ApiConfig['security']> {
  return {
    master_key: current.toString('base64'),
    previous_master_keys: previous.map((key) => key.toString('base64')),
  };
}

async function logIn({ url }: Api) {
  const { data } = await createClient({ baseUrl: url }).auth.login({ body: account });
  return createClient({ baseUrl: url, token: data.access_token });
}

async function deliver({ url }: Api, path: string): Promise<number> {
  const body = JSON.stringify({ n: Math.random() });
  const signature = `sha256=${createHmac('sha256', webhookSecret).update(body).digest('hex')}`;
  const headers = { 'content-type': 'application/json', 'x-hub-signature-256': signature };
  return (await fetch(url + path, { method: 'POST', headers, body })).status;
}

/** Tables with a row that has the text anywhere. */
async function tablesWith(text: string): Promise<string[]> {
  const tables = await database.db.introspection.getTables();
  const found = tables
    .filter(({ schema, isView }) => schema === 'attune' && !isView)
    .map(async ({ name }) => {
      const rows = await database.db
        .selectFrom(name as 'key')
        .selectAll()
        .execute();
      return JSON.stringify(rows).includes(text) ? [name] : [];
    });
  return (await Promise.all(found)).flat();
}

function entries(event: string): Record<string, unknown>[] {
  return lines
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((entry) => entry['event'] === event);
}

test('a change of the master key leaves nothing that needs the one before, and everything works on', async () => {
  const oldBox = createSecretBox({ current: oldKey });
  const newBox = createSecretBox({ current: newKey });
  const path = await withApi(keys(oldKey), async (api) => {
    const client = await logIn(api);
    const conf_schema = { token: { type: 'string', secret: true } };
    const config = { token: 'of the pack' };
    await client.packs.create({
      body: { ref: 'hooks', label: 'Hooks', version: '1.0.0', conf_schema, config },
    });
    await client.actions.create({
      body: { ref: 'hooks.run', label: 'Run', runtime_ref: 'core.noop', param_schema: conf_schema },
    });
    await client.executions.execute({ body: { action_ref: 'hooks.run', parameters: { token: 'literal' } } });
    await client.triggers.create({ body: { ref: 'hooks.door', label: 'Door' } });
    const verification = { preset: 'github', secret: webhookSecret } as const;
    const { data } = await client.webhooks.enable({ params: { ref: 'hooks.door' }, body: { verification } });
    expect(await deliver(api, data.path ?? '')).toBe(202);
    return data.path ?? '';
  });
  const key = {
    ref: 'core.token',
    owner_type: 'system',
    name: 'token',
    encrypted: true,
    value: 'x',
  } as const;
  await insertKey(database.db, oldBox, key);
  const tables = ['definition_version', 'execution', 'key', 'pack', 'signing_key', 'trigger'];
  expect((await tablesWith(oldBox.kid)).sort()).toEqual(tables);

  await withApi(keys(newKey, oldKey), async (api) => {
    const [done] = await waitUntil(
      () => entries('secrets.rewrapped').length > 0 && entries('secrets.rewrapped'),
    );
    expect(done).toMatchObject({ looked_at: 7, rewrapped: 7, remaining: [] });
    expect(await deliver(api, path)).toBe(202);
  });
  expect(await tablesWith(oldBox.kid)).toEqual([]);

  await withApi(keys(newKey), async (api) => {
    const client = await logIn(api);
    expect(await deliver(api, path)).toBe(202);
    const { data } = await client.webhooks.show({ params: { ref: 'hooks.door' } });
    expect(data).toMatchObject({ path, has_secret: true });
    expect(entries('secrets.rewrapped')).toEqual([]);
    const { config } = await getPackByRef(database.db, 'hooks');
    expect(showSecrets(newBox, config)).toEqual({ token: 'of the pack' });
    const { items } = await listExecutions(database.db, { action_ref: 'hooks.run' }, { limit: 1 });
    const execution = await getExecution(database.db, items[0]?.id ?? 0);
    expect(showSecrets(newBox, execution.config)).toEqual({ token: 'literal' });
  });
  expect(openKey(newBox, await getKeyByRef(database.db, key.ref))).toBe('x');
  for (const secret of [oldKey, newKey]) expect(lines.join('')).not.toContain(secret.toString('base64'));
});

test('a value that no master key opens is named in the log, and the others are served', async () => {
  const strange = createSecretBox({ current: strangeKey });
  const key = { ref: 'core.lost', owner_type: 'system', name: 'lost', encrypted: true, value: 'y' } as const;
  await insertKey(database.db, strange, key);

  await withApi(keys(newKey), async (api) => {
    await waitUntil(() => entries('secrets.unreadable').length > 0);
    await logIn(api);
  });

  expect(entries('secrets.rewrapped')).toMatchObject([{ remaining: [{ kid: strange.kid, values: 1 }] }]);
  expect(entries('secrets.unreadable')).toMatchObject([
    {
      unreadable: [
        `cannot open key:core.lost: it was sealed by master key ${strange.kid}, which is not configured`,
      ],
    },
  ]);
});

test('an API without the master key of the signing key does not start, and says which one it lacks', async () => {
  await withApi(keys(newKey), () => Promise.resolve());
  const start = withApi(keys(strangeKey), () => Promise.resolve());
  await expect(start).rejects.toThrow(/cannot open signing_key:.*sealed by master key .*not configured/);
});

test('what stands in clear in a pack that declares it secret is sealed at the start, in its versions too', async () => {
  const conf_schema = { token: { type: 'string', secret: true }, url: { type: 'string' } };
  const { id, ref } = await makePack(database.db, {
    conf_schema,
    config: { token: 'before-sealing', url: 'u' },
  });
  await updatePack(database.db, id, { config: { token: 'in-clear-too', url: 'u' } });
  expect(await tablesWith('before-sealing')).toEqual(['definition_version']);

  await withApi(keys(newKey), () => Promise.resolve());

  expect(await tablesWith('before-sealing')).toEqual([]);
  expect(await tablesWith('in-clear-too')).toEqual([]);
  const { config } = await getPackByRef(database.db, ref);
  expect(showSecrets(createSecretBox({ current: newKey }), config)).toEqual({
    token: 'in-clear-too',
    url: 'u',
  });
  expect(entries('pack.sealed')).toMatchObject([{ packs: [ref] }]);
});
