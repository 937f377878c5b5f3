import { sql } from 'kysely';
import { makeIdentity, makePermissionSet, useTestDatabase } from '../testing/index.js';
import {
  findApiTokenByHash,
  insertApiToken,
  listApiTokens,
  revokeApiToken,
  touchApiToken,
} from './api-token.repository.js';
import { insertAuditEvent, listAuditEvents } from './audit.repository.js';
import {
  clearFailedLogins,
  countIdentities,
  deleteIdentity,
  findIdentityByLogin,
  getIdentity,
  getIdentityByLogin,
  insertIdentity,
  listIdentities,
  recordFailedLogin,
  updateIdentity,
} from './identity.repository.js';
import {
  addRole,
  addRoleToPermissionSet,
  assignPermissionSet,
  listAssignedPermissionSets,
  listGrants,
  listRoles,
  removeRole,
  unassignPermissionSet,
} from './permission.repository.js';
import {
  endSession,
  endSessions,
  findSession,
  insertSession,
  listSessions,
  rotateSession,
} from './session.repository.js';
import {
  findActiveSigningKey,
  insertSigningKey,
  listPublicSigningKeys,
  retireSigningKey,
} from './signing-key.repository.js';

const database = useTestDatabase();
const later = new Date(Date.now() + 3_600_000);

describe('identities', () => {
  it('are found by their case-sensitive login, changed, listed without hashes, and deleted', async () => {
    const { db } = database;
    const before = await countIdentities(db);
    const ada = await insertIdentity(db, {
      login: 'ada',
      password_hash: 'secret',
      attributes: { mail: 'a@x' },
    });

    expect(await findIdentityByLogin(db, 'Ada')).toBeUndefined();
    expect(await getIdentityByLogin(db, 'ada')).toEqual(ada);
    expect(await updateIdentity(db, ada.id, { display_name: 'Ada', password_hash: null })).toMatchObject({
      display_name: 'Ada',
      password_hash: null,
      attributes: { mail: 'a@x' },
    });
    const { items } = await listIdentities(db, { search: 'ADA', frozen: false }, { limit: 5 });
    expect(items.map(({ login }) => login)).toEqual(['ada']);
    expect(items[0]).not.toHaveProperty('password_hash');
    expect(await countIdentities(db)).toBe(before + 1);
    await expect(insertIdentity(db, { login: 'ada' })).rejects.toMatchObject({
      code: 'CONFLICT',
      entity: 'identity',
      field: 'login',
      value: 'ada',
    });
    expect(await deleteIdentity(db, ada.id)).toBe(true);
    await expect(getIdentity(db, ada.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('an external account is issuer, subject and client together', async () => {
    const oidc = (client_id: string) => ({ oidc: { issuer: 'i', sub: 's', client_id } });
    await makeIdentity(database.db, { attributes: oidc('one') });

    await expect(makeIdentity(database.db, { attributes: oidc('two') })).resolves.toBeDefined();
    await expect(makeIdentity(database.db, { attributes: oidc('one') })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });

  it('count failed logins until one succeeds', async () => {
    const { db } = database;
    const { id } = await makeIdentity(db);

    const counts = await Promise.all([1, 2, 3].map(() => recordFailedLogin(db, id, later)));
    expect(new Set(counts)).toEqual(new Set([1, 2, 3]));
    expect(await getIdentity(db, id)).toMatchObject({ failed_logins: 3, locked_until: later });
    await clearFailedLogins(db, id);
    expect(await getIdentity(db, id)).toMatchObject({ failed_logins: 0, locked_until: null });
    await expect(recordFailedLogin(db, 4711, null)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('grants', () => {
  it('come from own permission sets and from those of roles, each set once', async () => {
    const { db } = database;
    const { id } = await makeIdentity(db);
    const set = (resource: 'rules' | 'packs') =>
      makePermissionSet(db, { grants: [{ resource, actions: ['read'] }] });
    const [rules, packs] = [await set('rules'), await set('packs')];

    await assignPermissionSet(db, id, rules.ref);
    await assignPermissionSet(db, id, rules.ref);
    await addRole(db, id, 'operator');
    await addRole(db, id, 'operator');
    for (const { ref } of [rules, packs]) await addRoleToPermissionSet(db, ref, 'operator');

    expect(await listGrants(db, id)).toEqual([
      { resource: 'rules', actions: ['read'] },
      { resource: 'packs', actions: ['read'] },
    ]);
    expect(await listAssignedPermissionSets(db, id)).toEqual([rules.ref]);
    expect(await listRoles(db, id)).toEqual(['operator']);
    expect(await removeRole(db, id, 'operator')).toBe(true);
    expect(await removeRole(db, id, 'operator')).toBe(false);
    expect(await listGrants(db, id)).toHaveLength(1);
    expect(await unassignPermissionSet(db, id, rules.ref)).toBe(true);
    expect(await unassignPermissionSet(db, id, rules.ref)).toBe(false);
    expect(await listGrants(db, id)).toEqual([]);
  });

  it('an unknown permission set or identity is a missing reference', async () => {
    const { id } = await makeIdentity(database.db);
    const { ref } = await makePermissionSet(database.db);

    await expect(assignPermissionSet(database.db, id, 'no.such')).rejects.toMatchObject({
      code: 'MISSING_REFERENCE',
      field: 'permission_set_ref',
    });
    await expect(assignPermissionSet(database.db, 4711, ref)).rejects.toMatchObject({
      code: 'MISSING_REFERENCE',
      field: 'identity',
    });
  });
});

describe('sessions', () => {
  async function begin() {
    const { id: identity } = await makeIdentity(database.db);
    const refresh_hash = `first-${identity}`;
    return insertSession(database.db, { identity, refresh_hash, expires_at: later });
  }

  it('exchange a refresh token once; its second use ends the session', async () => {
    const { db } = database;
    const session = await begin();
    const exchange = (from: string, to: string) =>
      rotateSession(db, { refresh_hash: from, next_refresh_hash: to, expires_at: later });

    expect(await exchange(session.refresh_hash, `second-${session.id}`)).toMatchObject({
      outcome: 'rotated',
      session: { id: session.id, refresh_hash: `second-${session.id}` },
    });
    expect(await exchange(session.refresh_hash, 'stolen')).toMatchObject({ outcome: 'reused' });
    expect(await exchange(`second-${session.id}`, 'third')).toMatchObject({ outcome: 'unknown' });
    expect(await findSession(db, session.id)).toMatchObject({ end_reason: 'token reused' });
    expect(await exchange('nobody', 'has')).toEqual({ outcome: 'unknown' });
  });

  it('of 20 exchanges of the same token one wins', async () => {
    const session = await begin();

    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        rotateSession(database.db, {
          refresh_hash: session.refresh_hash,
          next_refresh_hash: `${session.id}-${n}`,
          expires_at: later,
        }),
      ),
    );

    expect(outcomes.filter(({ outcome }) => outcome === 'rotated')).toHaveLength(1);
    expect(outcomes.filter(({ outcome }) => outcome === 'reused')).toHaveLength(19);
  });

  it('end once, alone or all of an identity', async () => {
    const { db } = database;
    const [one, other] = [await begin(), await begin()];
    await insertSession(db, { identity: one.identity, refresh_hash: `x-${one.id}`, expires_at: later });

    expect(await listSessions(db, one.identity)).toHaveLength(2);
    expect(await endSession(db, one.id, 'logout')).toBe(true);
    expect(await endSession(db, one.id, 'logout')).toBe(false);
    expect(await endSessions(db, one.identity, 'password changed')).toBe(1);
    expect(await listSessions(db, one.identity)).toEqual([]);
    expect(await listSessions(db, other.identity)).toHaveLength(1);
  });
});

it('API tokens are found by hash, touched at most once a minute, revoked for good', async () => {
  const { db } = database;
  const { id: identity } = await makeIdentity(db);
  const values = { identity, label: 'ci', token_hash: 'hash', token_prefix: 'at_', token_suffix: 'xyz' };
  const token = await insertApiToken(db, { ...values, scope: [{ resource: 'rules', actions: ['read'] }] });

  await touchApiToken(db, token.id, '10.0.0.1');
  await touchApiToken(db, token.id, '10.0.0.2');
  expect(await findApiTokenByHash(db, 'hash')).toMatchObject({
    last_used_ip: '10.0.0.1',
    scope: [{ resource: 'rules', actions: ['read'] }],
  });
  expect(await revokeApiToken(db, token.id, { by: identity, reason: 'lost' })).toBe(true);
  expect(await revokeApiToken(db, token.id, { reason: 'again' })).toBe(true);
  expect(await revokeApiToken(db, 4711, {})).toBe(false);
  expect(await listApiTokens(db, identity)).toMatchObject([
    { revoked_by: identity, revocation_reason: 'lost' },
  ]);
});

it('of the signing keys the newest signs, and retired ones verify until they expire', async () => {
  const { db } = database;
  const key = (kid: string) => ({
    kid,
    algorithm: 'EdDSA',
    public_jwk: { x: kid },
    private_sealed: { c: 'x' },
  });
  await insertSigningKey(db, key('old'));
  await sql`update attune.signing_key set created = created - interval '1 day'`.execute(db);
  await insertSigningKey(db, key('new'));

  expect(await retireSigningKey(db, 'old', later)).toBe(true);
  expect(await retireSigningKey(db, 'old', later)).toBe(false);
  expect(await findActiveSigningKey(db)).toMatchObject({ kid: 'new', private_sealed: { c: 'x' } });
  const verifying = await listPublicSigningKeys(db);
  expect(verifying.map(({ kid }) => kid)).toEqual(['new', 'old']);
  expect(verifying[0]).not.toHaveProperty('private_sealed');
  await sql`update attune.signing_key set expires_at = now() where kid = 'old'`.execute(db);
  expect((await listPublicSigningKeys(db)).map(({ kid }) => kid)).toEqual(['new']);
  await expect(insertSigningKey(db, { ...key('leak'), public_jwk: { d: 'private' } })).rejects.toMatchObject({
    code: 'VALIDATION_ERROR',
  });
});

it('audit events are kept and found by what they are about', async () => {
  const { db } = database;
  const event = { category: 'admin', event_type: 'rule.updated', outcome: 'success' } as const;
  await insertAuditEvent(db, {
    ...event,
    resource_type: 'rule',
    resource_ref: 'core.watch',
    details: { a: 1 },
  });
  await insertAuditEvent(db, { ...event, outcome: 'denied', resource_ref: 'core.other' });

  const { items } = await listAuditEvents(
    db,
    { category: 'admin', outcome: 'success', resource_ref: 'core.w*', created_before: later },
    { limit: 5 },
  );

  expect(items).toMatchObject([{ resource_type: 'rule', details: { a: 1 }, actor_identity: null }]);
});
