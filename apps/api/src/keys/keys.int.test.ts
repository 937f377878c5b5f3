import type { Client } from '@attune/contract';
import { listAuditEvents } from '@attune/db';
import { makeAction, makeIdentity } from '@attune/db/testing';
import type { Grant, GrantConstraints } from '@attune/domain';
import { useTestApi } from '../testing/test-api.js';

const test_api = useTestApi();
const secret = 'correct-horse-battery-staple';
const all = ['read', 'create', 'update', 'delete'];
let count = 0;
let client: Client;

const keys = (actions: string[] = all, constraints?: GrantConstraints): Grant => ({
  resource: 'keys',
  actions,
  ...(constraints === undefined ? {} : { constraints }),
});

beforeAll(async () => {
  client = await test_api.client([keys([...all, 'decrypt'])]);
});

async function make(body: object = {}) {
  count += 1;
  const ref = `made.key_${count}`;
  return (
    await client.keys.create({
      body: { ref, owner_type: 'system', name: ref, value: secret, ...body } as never,
    })
  ).data;
}

const acts = async (ref: string) =>
  (await listAuditEvents(test_api.db, { resource_ref: ref }, { limit: 50 })).items
    .map(({ event_type }) => event_type)
    .toReversed();

test('a key is stored sealed unless said otherwise, shown, and every touch of it is audited', async () => {
  const made = await make();
  expect(made).toMatchObject({ encrypted: true, value: null, owner: '', owner_pack_ref: null });
  const params = { ref: made.ref };
  expect((await client.keys.get({ params })).data).toEqual({ ...made, value: secret });
  const changed = await client.keys.update({ params, body: { value: { user: secret }, description: 'x' } });
  expect(changed.data).toMatchObject({ value: null, description: 'x' });
  expect((await client.keys.get({ params })).data.value).toEqual({ user: secret });
  expect(await client.keys.delete({ params })).toEqual({
    success: true,
    message: `key ${made.ref} is deleted`,
  });
  await expect(client.keys.get({ params })).rejects.toMatchObject({ status: 404 });

  expect(await acts(made.ref)).toEqual([
    'key.created',
    'key.decrypted',
    'key.updated',
    'key.decrypted',
    'key.deleted',
  ]);
});

test('without keys:decrypt the value of a sealed key is null, and that is what the trail says', async () => {
  const [sealed, clear] = [await make(), await make({ encrypted: false })];
  const reader = await test_api.client([keys(['read'])]);
  expect((await reader.keys.get({ params: { ref: sealed.ref } })).data.value).toBeNull();
  expect((await reader.keys.get({ params: { ref: clear.ref } })).data.value).toBe(secret);
  expect(await acts(sealed.ref)).toEqual(['key.created', 'key.read']);
});

test('keys:decrypt within limits opens what they let through', async () => {
  const [open, shut] = [await make(), await make()];
  const reader = await test_api.client([keys(['read']), keys(['decrypt'], { refs: [open.ref] })]);
  expect((await reader.keys.get({ params: { ref: open.ref } })).data.value).toBe(secret);
  expect((await reader.keys.get({ params: { ref: shut.ref } })).data.value).toBeNull();
});

test('storing in clear what is sealed needs keys:decrypt; a new value does not', async () => {
  const { ref } = await make();
  const params = { ref };
  const changer = await test_api.client([keys()]);
  await expect(changer.keys.patch({ params, body: { encrypted: false } })).rejects.toMatchObject({
    status: 403,
  });
  expect((await client.keys.get({ params })).data).toMatchObject({ encrypted: true, value: secret });
  await changer.keys.patch({ params, body: { encrypted: false, value: 'new' } });
  expect((await changer.keys.get({ params })).data).toMatchObject({ encrypted: false, value: 'new' });
  await changer.keys.patch({ params, body: { encrypted: true } });
  expect((await client.keys.get({ params })).data).toMatchObject({ encrypted: true, value: 'new' });
});

test('owners are named by ref or by id, once, and fit their type', async () => {
  const action = await makeAction(test_api.db);
  const person = await makeIdentity(test_api.db);
  const admin = await test_api.client([keys(all, { owner: 'any' })]);
  expect(await make({ owner_type: 'action', owner_action: action.id })).toMatchObject({
    owner: action.ref,
    owner_action: action.id,
    owner_action_ref: action.ref,
  });
  expect(await make({ owner_type: 'pack', owner_pack_ref: action.pack_ref })).toMatchObject({
    owner_pack: action.pack,
    owner_pack_ref: action.pack_ref,
  });
  const body = {
    ref: 'made.of_person',
    owner_type: 'identity',
    owner_identity: person.id,
    name: 'x',
    value: 1,
  };
  expect((await admin.keys.create({ body: body as never })).data).toMatchObject({ owner: person.login });

  const refused = async (owner: object) =>
    make(owner).catch(({ status, details }) => [status, details[0]?.path]);
  expect(await refused({ owner_type: 'pack' })).toEqual([422, 'owner']);
  expect(await refused({ owner: 'core' })).toEqual([422, 'owner']);
  expect(await refused({ owner_type: 'pack', owner_action: action.id })).toEqual([422, 'owner_action']);
  expect(await refused({ owner_type: 'pack', owner: 'a', owner_pack: 1 })).toEqual([422, 'owner_pack']);
  expect(await refused({ owner_type: 'action', owner_action: 4711 })).toEqual([422, 'owner_action']);
});

test('a ref is taken once', async () => {
  const { ref } = await make();
  await expect(make({ ref })).rejects.toMatchObject({ status: 409, code: 'CONFLICT' });
});

test('a key of a person is for that person, and for who is granted it expressly', async () => {
  const ann = await test_api.login([keys([...all, 'decrypt'])]);
  const path = '/api/v1/keys/personal.token';
  const body = {
    ref: 'personal.token',
    owner_type: 'identity',
    owner: ann.login,
    name: 'token',
    value: secret,
  };
  expect((await test_api.request('POST', '/api/v1/keys', { token: ann.token, json: body })).status).toBe(201);
  const bob = await test_api.login([keys([...all, 'decrypt'])]);
  const named = await test_api.client([keys(['read', 'decrypt'], { refs: ['personal.token'] })]);

  expect((await test_api.request('GET', path, { token: ann.token })).body.data).toMatchObject({
    value: secret,
  });
  for (const method of ['GET', 'DELETE', 'PUT']) {
    const sent = { token: bob.token, ...(method === 'PUT' ? { json: { value: 1 } } : {}) };
    expect((await test_api.request(method, path, sent)).status).toBe(404);
  }
  const listed = await test_api.request('GET', '/api/v1/keys?ref=personal.*', { token: bob.token });
  expect(listed.body).toMatchObject({ items: [] });
  const stolen = await test_api.request('POST', '/api/v1/keys', {
    token: bob.token,
    json: { ...body, ref: 'personal.planted', name: 'planted' },
  });
  expect(stolen.status).toBe(403);
  expect((await named.keys.get({ params: { ref: 'personal.token' } })).data.value).toBe(secret);
});

test.each<[GrantConstraints, string[]]>([
  [{ encrypted: false }, ['lim.clear']],
  [{ refs: ['lim.sealed'] }, ['lim.sealed']],
  [{ owner_types: ['pack'] }, ['lim.pack']],
  [{ owner_refs: ['core'] }, ['lim.pack']],
])('a list with %j shows these alone, and counts no others', async (constraints, expected) => {
  await Promise.all([
    make({ ref: 'lim.clear', encrypted: false }).catch(() => {}),
    make({ ref: 'lim.sealed' }).catch(() => {}),
    make({ ref: 'lim.pack', owner_type: 'pack', owner: 'core', name: 'lim' }).catch(() => {}),
  ]);
  const reader = await test_api.client([keys(['read'], constraints)]);
  const { items, pagination } = await reader.keys.list({ query: { ref: 'lim.*', include_total: true } });
  expect(items.map(({ ref }) => ref)).toEqual(expected);
  expect(pagination.total_items).toBe(expected.length);
});

test('who may change only keys in clear cannot seal one away', async () => {
  const { ref } = await make({ encrypted: false });
  const limited = await test_api.client([keys(all, { encrypted: false })]);
  const sealing = limited.keys.patch({ params: { ref }, body: { encrypted: true } });
  await expect(sealing).rejects.toMatchObject({ status: 403 });
  expect((await client.keys.get({ params: { ref } })).data.encrypted).toBe(false);
});

test('the value is in no list, log line, audit event or idempotent answer', async () => {
  const { ref } = await make();
  const { items } = await client.keys.list({ query: { page_size: 1000 } });
  expect(items.map((item) => item.ref)).toContain(ref);
  const events = await listAuditEvents(test_api.db, {}, { limit: 1000 });
  const everywhere = [items, events]
    .map((shown) => JSON.stringify(shown))
    .concat(test_api.lines)
    .join('\n');
  expect(everywhere).toContain(ref);
  expect(everywhere).not.toContain(secret);
});
