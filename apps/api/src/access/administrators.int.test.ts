import {
  addRole,
  addRoleToPermissionSet,
  assignPermissionSet,
  deletePermissionSet,
  findIdentity,
  getPermissionSetByRef,
  insertPermissionSet,
  listAuditEvents,
  listGrantHolders,
  listGrants,
  listIdentityRoles,
  listPermissionAssignments,
  listPermissionSetRoles,
  removeRoleFromPermissionSet,
  unassignPermissionSet,
} from '@attune/db';
import { holdsEverything } from '@attune/domain';
import { useTestApi } from '../testing/test-api.js';

const t = useTestApi();
const all = { limit: 100 };
type Account = Awaited<ReturnType<typeof t.login>>;

let helper: Account;

/** Not an administrator, but may do to one all that the routes offer. */
beforeAll(async () => {
  helper = await t.login([
    { resource: 'identities', actions: ['read', 'update', 'delete'] },
    { resource: 'permissions', actions: ['read', 'manage'] },
  ]);
});

function ask(method: string, path: string, token = helper.token, json?: unknown) {
  return t.request(method, `/api/v1${path}`, { token, ...(json === undefined ? {} : { json }) });
}

async function administrators(): Promise<number[]> {
  const holders = await listGrantHolders(t.db, { resource: 'permissions', action: 'manage' });
  return holders.filter(holdsEverything).map(({ id }) => id);
}

async function assignmentOf(identity: number): Promise<number> {
  const { items } = await listPermissionAssignments(
    t.db,
    { identity, permission_set_ref: 'core.admin' },
    all,
  );
  return items[0]?.id ?? 0;
}

const last = {
  status: 409,
  body: { code: 'CONFLICT', error: 'nobody would be left who holds every permission' },
};

describe('the last administrator cannot be', () => {
  let admin: Account;

  beforeAll(async () => {
    admin = await t.login([]);
    await assignPermissionSet(t.db, admin.identityId, 'core.admin');
  });
  afterAll(() => unassignPermissionSet(t.db, admin.identityId, 'core.admin'));

  test.each<[string, string, object | undefined]>([
    ['POST', '/freeze', undefined],
    ['PATCH', '', { frozen: true }],
    ['PUT', '', { frozen: true }],
    ['DELETE', '', undefined],
  ])('frozen or deleted: %s %s', async (method, rest, json) => {
    const answer = await ask(method, `/identities/${admin.identityId}${rest}`, helper.token, json);
    expect(answer).toMatchObject(last);
    expect(await administrators()).toEqual([admin.identityId]);
    expect(await findIdentity(t.db, admin.identityId)).toMatchObject({ frozen: false });
    expect((await t.request('GET', '/auth/me', { token: admin.token })).status).toBe(200);
  });

  test('stripped of the set, not even by themselves', async () => {
    const path = `/permissions/assignments/${await assignmentOf(admin.identityId)}`;
    expect(await ask('DELETE', path)).toMatchObject(last);
    expect(await ask('DELETE', path, admin.token)).toMatchObject(last);
    expect(await administrators()).toEqual([admin.identityId]);
  });

  test('replaced by one who holds nearly everything, or is frozen', async () => {
    const { grants } = await getPermissionSetByRef(t.db, 'core.admin');
    const nearly = await t.login(grants.slice(1));
    const frozen = await t.login([]);
    await assignPermissionSet(t.db, frozen.identityId, 'core.admin');
    await ask('POST', `/identities/${frozen.identityId}/freeze`);
    expect(await ask('POST', `/identities/${admin.identityId}/freeze`)).toMatchObject(last);
    await ask('DELETE', `/identities/${frozen.identityId}`);
    await ask('DELETE', `/identities/${nearly.identityId}`);
  });

  test('an attempt leaves no trace of a change', async () => {
    const filter = { resource_type: 'identity', resource_id: admin.identityId };
    expect((await listAuditEvents(t.db, filter, all)).items).toEqual([]);
  });

  test('kept when there is another', async () => {
    const other = await t.login([]);
    await assignPermissionSet(t.db, other.identityId, 'core.admin');
    const path = `/permissions/assignments/${await assignmentOf(other.identityId)}`;
    expect((await ask('DELETE', path)).status).toBe(200);
    expect(await administrators()).toEqual([admin.identityId]);
  });
});

describe('an administrator by a set of their own and a role', () => {
  let admin: Account;

  beforeAll(async () => {
    admin = await t.login([]);
    const { grants } = await getPermissionSetByRef(t.db, 'core.admin');
    await insertPermissionSet(t.db, { ref: 'core.root', grants, is_adhoc: true });
    await addRoleToPermissionSet(t.db, 'core.root', 'root');
    await addRole(t.db, admin.identityId, 'root');
  });
  afterAll(async () => {
    await removeRoleFromPermissionSet(t.db, 'core.root', 'root');
    await deletePermissionSet(t.db, (await getPermissionSetByRef(t.db, 'core.root')).id);
  });

  test('cannot be stripped of the role, nor the role of the set, nor the set of its grants', async () => {
    const roles = await listIdentityRoles(t.db, { identity: admin.identityId }, all);
    const mapped = await listPermissionSetRoles(t.db, { role: 'root' }, all);
    const json = { grants: [{ resource: 'rules', actions: ['read'] }] };
    const attempts = [
      () => ask('DELETE', `/identities/roles/${roles.items[0]?.id}`),
      () => ask('DELETE', `/permissions/sets/roles/${mapped.items[0]?.id}`),
      () => ask('DELETE', '/permissions/sets/core.root'),
      () => ask('PATCH', '/permissions/sets/core.root', admin.token, json),
    ];
    for (const attempt of attempts) expect(await attempt()).toMatchObject(last);
    expect(await administrators()).toEqual([admin.identityId]);
  });
});

type Removal = (of: Account) => Promise<(by: Account) => Promise<{ status: number }>>;

test.each<[string, Removal]>([
  ['freeze', async (of) => (by) => ask('POST', `/identities/${of.identityId}/freeze`, by.token)],
  ['delete', async (of) => (by) => ask('DELETE', `/identities/${of.identityId}`, by.token)],
  [
    'strip',
    async (of) => {
      const path = `/permissions/assignments/${await assignmentOf(of.identityId)}`;
      return (by) => ask('DELETE', path, by.token);
    },
  ],
])('of three administrators who %s each other at once one stays', async (_name, removal) => {
  const trio = await Promise.all([t.login([]), t.login([]), t.login([])]);
  for (const { identityId } of trio) await assignPermissionSet(t.db, identityId, 'core.admin');
  for (const { token } of trio) await t.request('GET', '/auth/me', { token });
  const removals = await Promise.all(trio.map(removal));

  const answers = await Promise.all(
    removals.map((remove, index) => remove(trio[(index + 1) % trio.length] as Account)),
  );

  const left = await administrators();
  expect(left).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(2);
  for (const { status } of answers) expect([200, 401, 403, 409]).toContain(status);
  expect(await listGrants(t.db, left[0] ?? 0)).not.toEqual([]);
  await unassignPermissionSet(t.db, left[0] ?? 0, 'core.admin');
});
