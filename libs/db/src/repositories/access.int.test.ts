import type { Grant } from '@attune/domain';
import { sql } from 'kysely';
import { makeIdentity, makePack, makePermissionSet, next, useTestDatabase } from '../testing/index.js';
import type { OidcIdentity } from './external-identity.repository.js';
import {
  ensureLdapIdentity,
  ensureOidcIdentity,
  findIdentityByLdapDn,
  findIdentityByOidcSubject,
} from './external-identity.repository.js';
import {
  addRole,
  listIdentityRoles,
  listRoles,
  removeRole,
  replaceManagedRoles,
} from './identity-role.repository.js';
import {
  countIdentities,
  deleteIdentity,
  findIdentityByLogin,
  getIdentity,
  getIdentityByLogin,
  insertIdentity,
  listIdentities,
  updateIdentity,
} from './identity.repository.js';
import { deletePack, findPackByRef } from './pack.repository.js';
import {
  assignPermissionSet,
  deletePermissionAssignment,
  findPermissionAssignment,
  getPermissionAssignment,
  insertPermissionAssignment,
  listPermissionAssignments,
  unassignPermissionSet,
} from './permission-assignment.repository.js';
import {
  addRoleToPermissionSet,
  listPermissionSetRoles,
  removeRoleFromPermissionSet,
} from './permission-set-role.repository.js';
import {
  deletePermissionSet,
  insertPermissionSet,
  listPermissionSets,
  updatePermissionSet,
} from './permission-set.repository.js';
import { listGrants } from './permission.repository.js';

const database = useTestDatabase();
const all = { limit: 100 };

describe('identities', () => {
  it('need a login only', async () => {
    expect(await insertIdentity(database.db, { login: 'minimal' })).toMatchObject({
      display_name: null,
      password_hash: null,
      attributes: {},
      frozen: false,
    });
    await expect(insertIdentity(database.db, { login: '' })).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
    });
  });

  it('are known by a case-sensitive login, which is unique', async () => {
    const { db } = database;
    const ada = await insertIdentity(db, { login: 'ada' });
    const other = await insertIdentity(db, { login: 'Ada' });

    expect(await getIdentityByLogin(db, 'ada')).toEqual(ada);
    expect(await findIdentityByLogin(db, 'Ada')).toEqual(other);
    expect(await findIdentityByLogin(db, 'ADA')).toBeUndefined();
    await expect(getIdentityByLogin(db, 'ADA')).rejects.toMatchObject({ code: 'NOT_FOUND', field: 'login' });
    await expect(insertIdentity(db, { login: 'ada' })).rejects.toMatchObject({
      code: 'CONFLICT',
      entity: 'identity',
      field: 'login',
      value: 'ada',
    });
  });

  it('lose what is cleared, and nothing else', async () => {
    const { db } = database;
    const attributes = { mail: 'a@x', groups: ['a', { b: [null] }] };
    const given = { login: 'clear', display_name: 'Ada', password_hash: 'h', attributes, frozen: true };
    const { id } = await insertIdentity(db, given);

    const cleared = { display_name: null, password_hash: null, frozen: false };

    expect(await updateIdentity(db, id, cleared)).toMatchObject({ login: 'clear', attributes, ...cleared });
  });

  it('are counted', async () => {
    const before = await countIdentities(database.db);
    await makeIdentity(database.db);
    expect(await countIdentities(database.db)).toBe(before + 1);
  });

  it('are listed by login, without hashes, and by each filter alone', async () => {
    const { db } = database;
    const make = (login: string, values = {}) => makeIdentity(db, { login, password_hash: 'h', ...values });
    const { id: grace } = await make('list_grace', { display_name: 'Grace Hopper', frozen: true });
    const { id: alan } = await make('list_alan', { display_name: 'Alan 100%' });
    await make('listXada');
    await addRole(db, grace, 'admiral');
    await replaceManagedRoles(db, grace, { source: 'ldap', roles: ['admiral'] });
    await addRole(db, alan, 'logician');
    const logins = async (filter: object) => {
      const { items } = await listIdentities(db, { login: 'list*', ...filter }, all);
      for (const item of items) expect(item).not.toHaveProperty('password_hash');
      return items.map(({ login }) => login);
    };

    expect(await logins({})).toHaveLength(3);
    expect(await logins({ login: 'list_*' })).toEqual(['list_alan', 'list_grace']);
    expect(await logins({ login: 'list_alan' })).toEqual(['list_alan']);
    expect(await logins({ frozen: true })).toEqual(['list_grace']);
    expect(await logins({ role: 'admiral' })).toEqual(['list_grace']);
    expect(await logins({ role: 'nobody' })).toEqual([]);
    expect(await logins({ search: 'HOPPER grace' })).toEqual(['list_grace']);
    expect(await logins({ search: '0%' })).toEqual(['list_alan']);
  });

  it('go with their assignments and roles', async () => {
    const { db } = database;
    const { id } = await makeIdentity(db);
    const { ref } = await makePermissionSet(db);
    const assignment = await assignPermissionSet(db, id, ref);
    await addRole(db, id, 'operator');

    expect(await deleteIdentity(db, id)).toBe(true);

    expect(await findPermissionAssignment(db, assignment.id)).toBeUndefined();
    expect((await listIdentityRoles(db, { identity: id }, all)).items).toEqual([]);
  });
});

describe('accounts elsewhere', () => {
  const oidc = (sub: string, client_id = 'attune') => ({ issuer: 'https://id.example.org', sub, client_id });
  const first = (sub: string, values: Partial<OidcIdentity> = {}): OidcIdentity => ({
    subject: oidc(sub),
    login: sub,
    fallback_login: `${sub}@id.example.org`,
    ...values,
  });

  it('an entry of a directory is found by server and name together, and is one account', async () => {
    const { db } = database;
    const ldap = { server_url: 'ldaps://one', dn: 'uid=ada,ou=people' };
    const ada = await makeIdentity(db, { attributes: { ldap, mail: 'a@x' } });
    await makeIdentity(db, { attributes: { oidc: { ...oidc('x'), ...ldap } } });

    expect(await findIdentityByLdapDn(db, ldap.server_url, ldap.dn)).toEqual(ada);
    expect(await findIdentityByLdapDn(db, 'ldaps://other', ldap.dn)).toBeUndefined();
    expect(await findIdentityByLdapDn(db, ldap.server_url, 'UID=Ada, ou=People')).toEqual(ada);
    expect(await findIdentityByLdapDn(db, ldap.server_url, 'uid=ada')).toBeUndefined();
    await expect(makeIdentity(db, { attributes: { ldap } })).rejects.toMatchObject({
      code: 'CONFLICT',
      entity: 'identity',
      field: 'ldap',
    });
  });

  it('an account of a provider is issuer, subject and client together', async () => {
    const { db } = database;
    const one = await makeIdentity(db, { attributes: { oidc: oidc('three-parts') } });
    const other = await makeIdentity(db, { attributes: { oidc: oidc('three-parts', 'other') } });
    await makeIdentity(db, { attributes: { oidc: { issuer: oidc('').issuer, sub: 'three-parts' } } });

    expect(await findIdentityByOidcSubject(db, oidc('three-parts'))).toEqual(one);
    expect(await findIdentityByOidcSubject(db, oidc('three-parts', 'other'))).toEqual(other);
    expect(await findIdentityByOidcSubject(db, oidc('three-parts', 'third'))).toBeUndefined();
    expect(await findIdentityByOidcSubject(db, { ...oidc('three-parts'), issuer: 'x' })).toBeUndefined();
    await expect(makeIdentity(db, { attributes: { oidc: oidc('three-parts') } })).rejects.toMatchObject({
      code: 'CONFLICT',
      entity: 'identity',
      field: 'oidc',
    });
  });

  it('a first login makes an identity, a later one brings it up to date', async () => {
    const { db } = database;
    const values = { display_name: 'Ada', attributes: { mail: 'a@x', groups: ['dev'] } };
    const made = await ensureOidcIdentity(db, first('ada-1', values));
    expect(made).toMatchObject({
      login: 'ada-1',
      display_name: 'Ada',
      attributes: { ...values.attributes, oidc: oidc('ada-1') },
      password_hash: null,
      frozen: false,
    });
    const note = { attributes: { ...made.attributes, note: 'of a person' } };
    await updateIdentity(db, made.id, { frozen: true, ...note });
    await sql`update attune.identity set updated = updated - interval '1 hour' where id = ${made.id}`.execute(
      db,
    );

    const again = await ensureOidcIdentity(
      db,
      first('ada-1', { attributes: { groups: [] }, login: 'renamed' }),
    );

    expect(again).toMatchObject({
      id: made.id,
      login: 'ada-1',
      display_name: 'Ada',
      attributes: { mail: 'a@x', groups: [], note: 'of a person', oidc: oidc('ada-1') },
      frozen: true,
    });
    expect(again.updated.getTime()).toBeGreaterThanOrEqual(made.updated.getTime());
    expect(await getIdentity(db, made.id)).toEqual(again);
  });

  it('an entry of a directory is one identity in whatever spelling its name comes', async () => {
    const { db } = database;
    const server_url = 'ldaps://spelling';
    const entry = { server_url, dn: 'uid=grace,ou=people' };
    const profile = { login: 'grace', fallback_login: 'ldap:grace' };
    const made = await ensureLdapIdentity(db, { entry, ...profile });
    expect(made).toMatchObject({
      login: 'grace',
      attributes: { ldap: { ...entry, distinguished_name: entry.dn } },
    });

    const dn = 'UID=Grace, OU=People';
    const again = await ensureLdapIdentity(db, { entry: { server_url, dn }, ...profile, login: 'other' });
    expect(again).toMatchObject({
      id: made.id,
      login: 'grace',
      attributes: { ldap: { ...entry, distinguished_name: dn } },
    });
    const elsewhere = { entry: { server_url: 'ldaps://elsewhere', dn }, ...profile };
    expect(await ensureLdapIdentity(db, elsewhere)).toMatchObject({ login: 'ldap:grace' });
  });

  it('a login that brings nothing new leaves the identity as old as it was', async () => {
    const { db } = database;
    const login = first('ada-2', { display_name: 'Ada', attributes: { mail: 'a@x' } });
    const made = await ensureOidcIdentity(db, login);

    expect(await ensureOidcIdentity(db, login)).toEqual(made);
    expect(await ensureOidcIdentity(db, first('ada-2'))).toEqual(made);
  });

  it('attributes of the provider cannot name another account', async () => {
    const attributes = { oidc: oidc('somebody-else') };
    const made = await ensureOidcIdentity(database.db, first('ada-3', { attributes }));
    expect(made.attributes).toEqual({ oidc: oidc('ada-3') });
  });

  it('a login that is taken is not taken over: the fallback is used, and when that is taken too it is an error', async () => {
    const { db } = database;
    const owner = await makeIdentity(db, { login: 'taken' });
    const taken = { login: 'taken', fallback_login: 'taken@id.example.org' };

    const made = await ensureOidcIdentity(db, first('sub-1', taken));
    expect(made).toMatchObject({ login: 'taken@id.example.org', attributes: { oidc: oidc('sub-1') } });
    await expect(ensureOidcIdentity(db, first('sub-2', taken))).rejects.toMatchObject({
      code: 'CONFLICT',
      entity: 'identity',
      field: 'login',
      value: 'taken',
    });

    expect(await ensureOidcIdentity(db, first('sub-1', taken))).toEqual(made);
    expect(await getIdentity(db, owner.id)).toEqual(owner);
  });

  it('20 first logins at once give one identity', async () => {
    const made = await Promise.all(
      Array.from({ length: 20 }, () => ensureOidcIdentity(database.db, first('race-1'))),
    );

    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    expect(made[0]?.login).toBe('race-1');
  });

  it('20 first logins at once give one identity also when the login is taken', async () => {
    const { db } = database;
    const { login } = await makeIdentity(db);

    const made = await Promise.all(
      Array.from({ length: 20 }, () => ensureOidcIdentity(db, first('race-2', { login }))),
    );

    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    expect(made[0]?.login).toBe('race-2@id.example.org');
  });

  it('20 first logins at once give one identity also when each wants another login', async () => {
    const made = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        ensureOidcIdentity(database.db, first('race-3', { login: `l-${n}` })),
      ),
    );

    expect(new Set(made.map(({ id, login }) => `${id} ${login}`)).size).toBe(1);
  });

  it('of 20 accounts that want one login at once one has it, the others their fallback', async () => {
    const { db } = database;

    const made = await Promise.all(
      Array.from({ length: 20 }, (_, n) => ensureOidcIdentity(db, first(`want-${n}`, { login: 'wanted' }))),
    );

    expect(made.map((row) => (row.attributes['oidc'] as { sub: string }).sub)).toEqual(
      made.map((_, n) => `want-${n}`),
    );
    expect(made.filter(({ login }) => login === 'wanted')).toHaveLength(1);
    expect(made.filter(({ login }) => login.endsWith('@id.example.org'))).toHaveLength(19);
  });
});

describe('roles', () => {
  it('are given by hand once, and taken by hand', async () => {
    const { db } = database;
    const { id } = await makeIdentity(db);

    const rows = await Promise.all(Array.from({ length: 20 }, () => addRole(db, id, 'operator')));

    expect(new Set(rows.map((row) => row.id)).size).toBe(1);
    expect((await listIdentityRoles(db, { identity: id }, all)).items).toEqual([
      expect.objectContaining({ identity: id, role: 'operator', source: 'manual', managed: false }),
    ]);
    expect(await removeRole(db, id, 'operator')).toBe(true);
    expect(await removeRole(db, id, 'operator')).toBe(false);
    expect(await listRoles(db, id)).toEqual([]);
  });

  it('that are empty, or of an identity that does not exist, are refused', async () => {
    const { db } = database;
    const { id } = await makeIdentity(db);
    await expect(addRole(db, id, '')).rejects.toMatchObject({ code: 'VALIDATION_ERROR' });
    await expect(addRole(db, 4711, 'x')).rejects.toMatchObject({
      code: 'MISSING_REFERENCE',
      field: 'identity',
    });
  });

  it('of a provider follow what it says, and touch none that others gave', async () => {
    const { db } = database;
    const { id } = await makeIdentity(db);
    const bystander = await makeIdentity(db);
    const shown = async (identity = id) =>
      (await listIdentityRoles(db, { identity }, all)).items.map(
        ({ role, source, managed }) => `${role} ${source} ${managed}`,
      );
    await addRole(db, id, 'b');
    await replaceManagedRoles(db, id, { source: 'ldap', roles: ['x'] });
    await replaceManagedRoles(db, bystander.id, { source: 'oidc', roles: ['a'] });

    const given = await replaceManagedRoles(db, id, { source: 'oidc', roles: ['c', 'b', 'b', 'a'] });
    expect(given.map(({ role }) => role)).toEqual(['a', 'b', 'c']);
    expect(await shown()).toEqual([
      'a oidc true',
      'b manual false',
      'b oidc true',
      'c oidc true',
      'x ldap true',
    ]);
    expect(await listRoles(db, id)).toEqual(['a', 'b', 'c', 'x']);

    const again = await replaceManagedRoles(db, id, { source: 'oidc', roles: ['c', 'd'] });
    expect(again.map(({ id: row }) => row)).toContain(given.find(({ role }) => role === 'c')?.id);
    expect(await shown()).toEqual(['b manual false', 'c oidc true', 'd oidc true', 'x ldap true']);

    expect(await replaceManagedRoles(db, id, { source: 'oidc', roles: [] })).toEqual([]);
    expect(await shown()).toEqual(['b manual false', 'x ldap true']);
    expect(await shown(bystander.id)).toEqual(['a oidc true']);
  });

  it('of a provider are all replaced or none', async () => {
    const { db } = database;
    const { id } = await makeIdentity(db);
    await replaceManagedRoles(db, id, { source: 'oidc', roles: ['a'] });

    const replace = replaceManagedRoles(db, id, { source: 'oidc', roles: ['b', ''] });

    await expect(replace).rejects.toMatchObject({ code: 'VALIDATION_ERROR' });
    expect(await listRoles(db, id)).toEqual(['a']);
  });

  it("given by hand are no provider's, and nobody has none", async () => {
    const { db } = database;
    const { id } = await makeIdentity(db);
    await addRole(db, id, 'a');

    const roles = { roles: [] };
    await expect(replaceManagedRoles(db, id, { source: 'manual', ...roles })).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
    });
    await expect(replaceManagedRoles(db, 4711, { source: 'oidc', ...roles })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      entity: 'identity',
    });
    expect(await listRoles(db, id)).toEqual(['a']);
  });

  it('of 20 logins at once are those of one of them, and no mixture', async () => {
    const { db } = database;
    const { id } = await makeIdentity(db);
    const answers = Array.from({ length: 20 }, (_, n) => [`r${n}`, `r${(n * 7) % 20}`, 'shared']);

    await Promise.all(answers.map((roles) => replaceManagedRoles(db, id, { source: 'oidc', roles })));

    expect(answers.map((roles) => [...new Set(roles)].sort())).toContainEqual(await listRoles(db, id));
  });

  it('are listed by each filter', async () => {
    const { db } = database;
    const [one, two] = [await makeIdentity(db), await makeIdentity(db)];
    await addRole(db, one.id, 'filter-a');
    await replaceManagedRoles(db, two.id, { source: 'filter-idp', roles: ['filter-a', 'filter-b'] });
    const found = async (filter: object) =>
      (await listIdentityRoles(db, filter, all)).items.map(({ identity, role }) => [identity, role]);

    expect(await found({ role: 'filter-a' })).toEqual([
      [one.id, 'filter-a'],
      [two.id, 'filter-a'],
    ]);
    expect(await found({ source: 'filter-idp' })).toHaveLength(2);
    expect(await found({ role: 'filter-a', managed: false })).toEqual([[one.id, 'filter-a']]);
  });
});

describe('permission sets', () => {
  const grants: Grant[] = [
    {
      resource: 'keys',
      actions: ['read', 'decrypt'],
      constraints: { owner_types: ['pack'], pack_refs: ['core'] },
    },
    { resource: 'rules', actions: ['read'] },
  ];

  it.each([
    ['no grants', []],
    ['grants with constraints', grants],
  ])('keep %s', async (_what, given) => {
    expect((await makePermissionSet(database.db, { grants: given })).grants).toEqual(given);
  });

  it.each(['named', 'named.', 'named.Upper', 'named.a.b', 'named.a b', 'named.1'])(
    'are not called %j',
    async (ref) => {
      if ((await findPackByRef(database.db, 'named')) === undefined)
        await makePack(database.db, { ref: 'named' });
      const insert = insertPermissionSet(database.db, { ref });
      await expect(insert).rejects.toMatchObject({ code: 'VALIDATION_ERROR' });
    },
  );

  it('are unique by ref, and go with their pack, their assignments and roles with them', async () => {
    const { db } = database;
    const set = await makePermissionSet(db);
    const { id } = await makeIdentity(db);
    const assignment = await assignPermissionSet(db, id, set.ref);
    await addRoleToPermissionSet(db, set.ref, 'gone');
    await expect(insertPermissionSet(db, { ref: set.ref })).rejects.toMatchObject({
      code: 'CONFLICT',
      field: 'ref',
      value: set.ref,
    });

    await deletePack(db, set.pack);

    expect((await listPermissionSets(db, { refs: [set.ref] }, all)).items).toEqual([]);
    expect(await findPermissionAssignment(db, assignment.id)).toBeUndefined();
    expect((await listPermissionSetRoles(db, { role: 'gone' }, all)).items).toEqual([]);
  });

  it('are listed by those who have them, by ref', async () => {
    const { db } = database;
    const { id } = await makeIdentity(db);
    const sets = [await makePermissionSet(db), await makePermissionSet(db), await makePermissionSet(db)];
    const [one = '', two = '', three = ''] = sets.map(({ ref }) => ref);
    for (const ref of [two, one]) await assignPermissionSet(db, id, ref);
    await addRoleToPermissionSet(db, two, 'by-role');
    await addRoleToPermissionSet(db, two, 'by-role-too');
    await addRoleToPermissionSet(db, three, 'by-role-too');
    const refs = async (filter: object) =>
      (await listPermissionSets(db, filter, all)).items.map(({ ref }) => ref);

    expect(await refs({ identity: id })).toEqual([one, two].sort());
    expect(await refs({ identity: 4711 })).toEqual([]);
    expect(await refs({ roles: ['by-role', 'by-role-too'] })).toEqual([two, three].sort());
    expect(await refs({ roles: [] })).toEqual([]);
    expect(await refs({ identity: id, roles: ['by-role-too'] })).toEqual([two]);
  });

  it('belong to roles once, and are listed by set and by role', async () => {
    const { db } = database;
    const [one, two] = [await makePermissionSet(db), await makePermissionSet(db)];
    const rows = await Promise.all(
      Array.from({ length: 20 }, () => addRoleToPermissionSet(db, one.ref, 'set-role-b')),
    );
    expect(new Set(rows.map(({ id }) => id)).size).toBe(1);
    await addRoleToPermissionSet(db, one.ref, 'set-role-a');
    await addRoleToPermissionSet(db, two.ref, 'set-role-b');
    const listed = async (filter: object) =>
      (await listPermissionSetRoles(db, filter, all)).items.map(
        (row) => `${row.role} ${row.permission_set_ref}`,
      );

    expect(await listed({ permission_set_ref: one.ref })).toEqual([
      `set-role-a ${one.ref}`,
      `set-role-b ${one.ref}`,
    ]);
    expect(await listed({ role: 'set-role-b' })).toEqual(
      [one, two].map(({ ref }) => `set-role-b ${ref}`).sort(),
    );
    expect(await removeRoleFromPermissionSet(db, one.ref, 'set-role-b')).toBe(true);
    expect(await removeRoleFromPermissionSet(db, one.ref, 'set-role-b')).toBe(false);
    expect(await listed({ role: 'set-role-b' })).toEqual([`set-role-b ${two.ref}`]);
    expect(await listed({ permission_set_ref: one.ref })).toEqual([`set-role-a ${one.ref}`]);
    await expect(addRoleToPermissionSet(db, 'no.such', 'x')).rejects.toMatchObject({
      code: 'MISSING_REFERENCE',
    });
    await expect(addRoleToPermissionSet(db, one.ref, '')).rejects.toMatchObject({ code: 'VALIDATION_ERROR' });
  });
});

describe('assignments', () => {
  it('join an identity and a set once; many of both', async () => {
    const { db } = database;
    const people = [await makeIdentity(db), await makeIdentity(db)];
    const sets = [await makePermissionSet(db), await makePermissionSet(db)];
    for (const { id: identity } of people)
      for (const { ref: permission_set_ref } of sets)
        await insertPermissionAssignment(db, { identity, permission_set_ref });

    const [person] = people;
    const [set] = sets;
    const twice = { identity: person?.id ?? 0, permission_set_ref: set?.ref ?? '' };
    await expect(insertPermissionAssignment(db, twice)).rejects.toMatchObject({
      code: 'CONFLICT',
      entity: 'permission_assignment',
      field: 'identity, permset',
    });
    const { items } = await listPermissionAssignments(db, { identity: person?.id }, all);
    expect(items.map((item) => item.permission_set_ref)).toEqual(sets.map(({ ref }) => ref).reverse());
  });

  it('are ensured: 20 at once give one', async () => {
    const { db } = database;
    const { id } = await makeIdentity(db);
    const { ref } = await makePermissionSet(db);

    const rows = await Promise.all(Array.from({ length: 20 }, () => assignPermissionSet(db, id, ref)));

    expect(new Set(rows.map((row) => row.id)).size).toBe(1);
    expect(await unassignPermissionSet(db, id, ref)).toBe(true);
    expect(await unassignPermissionSet(db, id, ref)).toBe(false);
  });

  it('are found with the names of both sides, listed newest first in pages, and deleted', async () => {
    const { db } = database;
    const { ref } = await makePermissionSet(db);
    const logins = [next('page'), next('page'), next('page')];
    const ids: number[] = [];
    for (const login of logins) {
      ids.push((await assignPermissionSet(db, (await makeIdentity(db, { login })).id, ref)).id);
    }
    const filter = { permission_set_ref: ref };

    const page = await listPermissionAssignments(db, filter, { limit: 2, total: true });
    const rest = await listPermissionAssignments(db, filter, { limit: 2, cursor: page.nextCursor });

    expect([...page.items, ...rest.items].map(({ login }) => login)).toEqual([...logins].reverse());
    expect(page.total).toBe(3);
    const id = ids[0] ?? 0;
    expect(await getPermissionAssignment(db, id)).toEqual(rest.items[0]);
    expect(rest.items[0]).toMatchObject({ login: logins[0], permission_set_ref: ref });
    expect(await deletePermissionAssignment(db, id)).toBe(true);
    expect(await deletePermissionAssignment(db, id)).toBe(false);
    await expect(getPermissionAssignment(db, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await listPermissionAssignments(db, { permission_set_ref: 'no.such' }, all)).items).toEqual([]);
  });

  it('of an identity or a set that does not exist are refused', async () => {
    const { db } = database;
    const { id } = await makeIdentity(db);
    const { ref } = await makePermissionSet(db);
    for (const assign of [
      assignPermissionSet,
      (_: unknown, identity: number, permission_set_ref: string) =>
        insertPermissionAssignment(db, { identity, permission_set_ref }),
    ]) {
      await expect(assign(db, id, 'no.such')).rejects.toMatchObject({
        code: 'MISSING_REFERENCE',
        field: 'permission_set_ref',
        value: 'no.such',
      });
      await expect(assign(db, 4711, ref)).rejects.toMatchObject({
        code: 'MISSING_REFERENCE',
        field: 'identity',
      });
    }
  });

  it('go with their set', async () => {
    const { db } = database;
    const { id } = await makeIdentity(db);
    const set = await makePermissionSet(db);
    await assignPermissionSet(db, id, set.ref);

    await deletePermissionSet(db, set.id);

    expect((await listPermissionAssignments(db, { identity: id }, all)).items).toEqual([]);
  });
});

it('grants come from own permission sets and from those of roles, each set once, as they are now', async () => {
  const { db } = database;
  const { id } = await makeIdentity(db);
  const set = (resource: 'rules' | 'packs') =>
    makePermissionSet(db, { grants: [{ resource, actions: ['read'] }] });
  const [rules, packs] = [await set('rules'), await set('packs')];
  const resources = async () => (await listGrants(db, id)).map(({ resource }) => resource);

  await assignPermissionSet(db, id, rules.ref);
  await addRole(db, id, 'grants-role');
  await replaceManagedRoles(db, id, { source: 'oidc', roles: ['grants-role'] });
  for (const { ref } of [rules, packs]) await addRoleToPermissionSet(db, ref, 'grants-role');
  expect(await resources()).toEqual(['rules', 'packs']);

  await updatePermissionSet(db, packs.id, { grants: [{ resource: 'keys', actions: ['read'] }] });
  expect(await resources()).toEqual(['rules', 'keys']);

  await removeRole(db, id, 'grants-role');
  expect(await resources()).toEqual(['rules', 'keys']);
  await replaceManagedRoles(db, id, { source: 'oidc', roles: [] });
  expect(await resources()).toEqual(['rules']);
  await unassignPermissionSet(db, id, rules.ref);
  expect(await resources()).toEqual([]);
});
