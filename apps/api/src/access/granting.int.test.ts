import {
  addRole,
  addRoleToPermissionSet,
  assignPermissionSet,
  findIdentity,
  findPermissionSetByRef,
  inTransaction,
  insertIdentity,
  insertPermissionSet,
  listAuditEvents,
  listGrants,
  updateIdentity,
  updatePermissionSet,
} from '@attune/db';
import { untilSomebodyWaits } from '@attune/db/testing';
import type { Grant } from '@attune/domain';
import { useTestApi } from '../testing/test-api.js';

const t = useTestApi();
const all = { limit: 100 };
const administers: Grant[] = [
  { resource: 'identities', actions: ['read', 'create', 'update', 'delete', 'credentials'] },
  { resource: 'permissions', actions: ['read', 'manage'] },
];
const held: Grant = { resource: 'rules', actions: ['read'], constraints: { pack_refs: ['ops', 'dev'] } };
const narrower: Grant = { resource: 'rules', actions: ['read'], constraints: { pack_refs: ['dev'] } };
const decrypt: Grant = { resource: 'keys', actions: ['decrypt'] };
const newPassword = 'another long enough phrase';

let manager: Awaited<ReturnType<typeof t.login>>;
let made = 0;

beforeAll(async () => {
  manager = await t.login([...administers, held]);
});

function ask(method: string, path: string, json?: unknown, token = manager.token) {
  return t.request(method, `/api/v1${path}`, { token, ...(json === undefined ? {} : { json }) });
}

async function makeSet(grants: Grant[], values: object = { is_adhoc: true }) {
  made += 1;
  return insertPermissionSet(t.db, { ref: `core.granting_${made}`, grants, ...values });
}

/** Somebody who holds the grants of a set. */
async function makeHolder(grants: Grant[], values: object = {}) {
  made += 1;
  const identity = await insertIdentity(t.db, { login: `holder-${made}`, ...values });
  const set = await makeSet(grants);
  await assignPermissionSet(t.db, identity.id, set.ref);
  return { ...identity, set };
}

const refusal = (path: string, what = 'keys:decrypt') => ({
  status: 403,
  body: {
    code: 'FORBIDDEN',
    error: 'nobody grants more than they hold',
    details: [{ path, message: `would grant ${what}, which you do not hold`, hint: expect.any(String) }],
  },
});

describe('whoever does not hold a grant cannot', () => {
  test('create a set with it', async () => {
    const answer = await ask('POST', '/permissions/sets', { ref: 'core.too_much', grants: [held, decrypt] });
    expect(answer).toMatchObject(refusal('grants'));
    expect(await findPermissionSetByRef(t.db, 'core.too_much')).toBeUndefined();
  });

  test.each(['PATCH', 'PUT'])('add it to a set: %s', async (method) => {
    const set = await makeSet([narrower]);
    const answer = await ask(method, `/permissions/sets/${set.ref}`, {
      label: 'x',
      grants: [narrower, decrypt],
    });
    expect(answer).toMatchObject(refusal('grants'));
    expect(await findPermissionSetByRef(t.db, set.ref)).toEqual(set);
  });

  test('widen the grant of a set beyond it', async () => {
    const set = await makeSet([narrower]);
    const wide = { resource: 'rules', actions: ['read'] };
    const answer = await ask('PATCH', `/permissions/sets/${set.ref}`, { grants: [wide] });
    expect(answer).toMatchObject(refusal('grants', 'rules:read'));
  });

  test('take the attributes that they happen to have from the grant of a set', async () => {
    const open: Grant = { resource: 'timers', actions: ['read'] };
    const set = await makeSet([{ ...open, constraints: { attributes: { team: 'ops' } } }]);
    await updateIdentity(t.db, manager.identityId, { attributes: { team: 'ops' } });
    const answer = await ask('PATCH', `/permissions/sets/${set.ref}`, { grants: [open] });
    expect(answer).toMatchObject(refusal('grants', 'timers:read'));
  });

  test('assign a set with it, also to themselves', async () => {
    const set = await makeSet([narrower, decrypt]);
    for (const identity_id of [manager.identityId, (await makeHolder([])).id]) {
      const body = { permission_set_ref: set.ref, identity_id };
      expect(await ask('POST', '/permissions/assignments', body)).toMatchObject(
        refusal('permission_set_ref'),
      );
    }
    expect(await listGrants(t.db, manager.identityId)).not.toContainEqual(decrypt);
  });

  test('map a set with it to a role', async () => {
    const set = await makeSet([decrypt]);
    const answer = await ask('POST', `/permissions/sets/${set.id}/roles`, { role: 'own-role' });
    expect(answer).toMatchObject(refusal('role'));
  });

  test('give a role that a set with it is mapped to', async () => {
    for (const grants of [[narrower], [decrypt]]) {
      await addRoleToPermissionSet(t.db, (await makeSet(grants)).ref, 'keepers');
    }
    const answer = await ask('POST', `/identities/${manager.identityId}/roles`, { role: 'keepers' });
    expect(answer).toMatchObject(refusal('role'));
    expect(await listGrants(t.db, manager.identityId)).not.toContainEqual(decrypt);
  });
});

describe('whoever holds a grant can', () => {
  test('create, widen, assign and map a set with it', async () => {
    const body = { ref: 'core.mine', grants: [narrower] };
    expect((await ask('POST', '/permissions/sets', body)).status).toBe(201);
    expect((await ask('PATCH', '/permissions/sets/core.mine', { grants: [held] })).status).toBe(200);
    const bob = await makeHolder([]);
    const to = { permission_set_ref: 'core.mine', identity_login: bob.login };
    expect((await ask('POST', '/permissions/assignments', to)).status).toBe(201);
    expect((await ask('POST', '/permissions/sets/core.mine/roles', { role: 'readers' })).status).toBe(201);
    const ann = await makeHolder([]);
    expect((await ask('POST', `/identities/${ann.id}/roles`, { role: 'readers' })).status).toBe(201);
    expect(await listGrants(t.db, bob.id)).toEqual([held]);
    expect(await listGrants(t.db, ann.id)).toEqual([held]);
  });

  test('keep in a set, and take from it, what they do not hold', async () => {
    const set = await makeSet([decrypt, narrower]);
    const kept = await ask('PATCH', `/permissions/sets/${set.ref}`, { grants: [decrypt, held] });
    expect(kept.body.data).toMatchObject({ grants: [decrypt, held] });
    const taken = await ask('PATCH', `/permissions/sets/${set.ref}`, { grants: [held] });
    expect(taken.body.data).toMatchObject({ grants: [held] });
  });
});

describe('of somebody who may do more than oneself', () => {
  const opening: { method: string; rest: string; json: object; values: object; path: string }[] = [
    { method: 'PATCH', rest: '', json: { password: newPassword }, values: {}, path: 'password' },
    { method: 'PUT', rest: '', json: { password: newPassword }, values: {}, path: 'password' },
    { method: 'PATCH', rest: '', json: { password: null }, values: {}, path: 'password' },
    { method: 'PATCH', rest: '', json: { attributes: { team: 'x' } }, values: {}, path: 'attributes' },
    { method: 'PATCH', rest: '', json: { attributes: { oidc: {} } }, values: {}, path: 'attributes' },
    { method: 'PUT', rest: '', json: { frozen: false }, values: { frozen: true }, path: 'frozen' },
    { method: 'POST', rest: '/unfreeze', json: {}, values: { frozen: true }, path: 'frozen' },
  ];

  test.each(opening)('$method $rest $json is refused', async ({ method, rest, json, values, path }) => {
    const bob = await makeHolder([held, decrypt], values);
    const answer = await ask(method, `/identities/${bob.id}${rest}`, json);
    expect(answer).toMatchObject(refusal(path));
    const { set: _, ...row } = bob;
    expect(await findIdentity(t.db, bob.id)).toEqual(row);
  });

  test.each(opening)('$method $rest $json is allowed to who holds as much', async (change) => {
    const bob = await makeHolder([narrower], change.values);
    const answer = await ask(change.method, `/identities/${bob.id}${change.rest}`, change.json);
    expect(answer.status).toBe(200);
  });

  test('a grant that waits for attributes counts, whoever has them', async () => {
    const bob = await makeHolder([{ ...decrypt, constraints: { attributes: { team: 'x' } } }]);
    const answer = await ask('PATCH', `/identities/${bob.id}`, { attributes: { team: 'x' } });
    expect(answer).toMatchObject({ status: 403, body: { details: [{ path: 'attributes' }] } });
  });

  test('what roles give counts', async () => {
    const bob = await makeHolder([]);
    await addRoleToPermissionSet(t.db, (await makeSet([decrypt])).ref, 'decrypters');
    await addRole(t.db, bob.id, 'decrypters');
    const answer = await ask('PATCH', `/identities/${bob.id}`, { password: newPassword });
    expect(answer).toMatchObject(refusal('password'));
  });

  test('the name may be changed, and they may be frozen', async () => {
    const bob = await makeHolder([decrypt]);
    expect((await ask('PATCH', `/identities/${bob.id}`, { display_name: 'Bob' })).status).toBe(200);
    expect((await ask('POST', `/identities/${bob.id}/freeze`)).status).toBe(200);
  });
});

test.each([{ password: newPassword }, { password: null }, { attributes: { ldap: { dn: 'x' } } }])(
  'credentials are a permission of their own: %j',
  async (json) => {
    const clerk = await t.login([{ resource: 'identities', actions: ['read', 'update'] }]);
    const bob = await insertIdentity(t.db, { login: `clerk-${(made += 1)}` });
    const path = `/identities/${bob.id}`;
    expect(await ask('PATCH', path, json, clerk.token)).toMatchObject({
      status: 403,
      body: { error: expect.stringContaining('identities:credentials') },
    });
    expect((await ask('PATCH', path, { attributes: { team: 'ops' } }, clerk.token)).status).toBe(200);
  },
);

test('what a set gives does not change between the check and the assignment', async () => {
  const set = await makeSet([narrower]);
  const bob = await makeHolder([]);
  const body = { permission_set_ref: set.ref, identity_id: bob.id };

  const assigning = await inTransaction(t.db, async (trx) => {
    await updatePermissionSet(trx, set.id, { grants: [decrypt] });
    const answer = ask('POST', '/permissions/assignments', body);
    await untilSomebodyWaits(t.db);
    return { answer };
  });

  expect(await assigning.answer).toMatchObject(refusal('permission_set_ref'));
  expect(await listGrants(t.db, bob.id)).toEqual([]);
});

test('what is refused is in the audit trail', async () => {
  const filter = { event_type: 'rbac.denied', actor_identity: manager.identityId };
  const before = (await listAuditEvents(t.db, filter, all)).items.length;
  await ask('POST', '/permissions/sets', { ref: 'core.too_much', grants: [decrypt] });
  const { items } = await listAuditEvents(t.db, filter, all);
  expect(items).toHaveLength(before + 1);
  expect(items[0]).toMatchObject({ outcome: 'denied', http_path: '/api/v1/permissions/sets' });
});
