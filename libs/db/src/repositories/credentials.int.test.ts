import { sql } from 'kysely';
import type { SessionRow } from '../schema/index.js';
import { makeIdentity, useTestDatabase } from '../testing/index.js';
import {
  deleteApiToken,
  findApiToken,
  findApiTokenByHash,
  getApiToken,
  insertApiToken,
  listApiTokens,
  revokeApiToken,
  touchApiToken,
} from './api-token.repository.js';
import type { NewAuditEvent } from './audit.repository.js';
import {
  findAuditEvent,
  getAuditEvent,
  insertAuditEvent,
  insertAuditEvents,
  listAuditEvents,
} from './audit.repository.js';
import { deleteIdentity } from './identity.repository.js';
import {
  deleteSession,
  endSession,
  endSessions,
  findSession,
  getSession,
  insertSession,
  listSessions,
  rotateSession,
} from './session.repository.js';
import {
  deleteSigningKey,
  findActiveSigningKey,
  findSigningKey,
  getSigningKey,
  insertSigningKey,
  listPublicSigningKeys,
  listSigningKeys,
  retireSigningKey,
} from './signing-key.repository.js';

const database = useTestDatabase();
const later = new Date(Date.now() + 3_600_000);
const earlier = new Date(Date.now() - 3_600_000);
const all = { limit: 100 };
const nobodysId = '00000000-0000-0000-0000-000000000000';

let made = 0;

function nextHash(): string {
  made += 1;
  return `hash-${made}`;
}

describe('sessions', () => {
  async function begin(identity?: number, expires_at = later) {
    const owner = identity ?? (await makeIdentity(database.db)).id;
    return insertSession(database.db, { identity: owner, refresh_hash: nextHash(), expires_at });
  }
  const exchange = (
    { family_hash }: Pick<SessionRow, 'family_hash'>,
    refresh_hash: string,
    next_refresh_hash = nextHash(),
  ) => rotateSession(database.db, { family_hash, refresh_hash, next_refresh_hash, expires_at: later });

  it('exchange a refresh token once', async () => {
    const session = await begin();
    const second = nextHash();

    expect(await exchange(session, session.refresh_hash, second)).toMatchObject({
      outcome: 'rotated',
      session: { id: session.id, refresh_hash: second },
    });
    expect(await exchange(session, second)).toMatchObject({ outcome: 'rotated' });
  });

  it.each([0, 1, 2, 3])('end with the second use of token %i of five', async (index) => {
    const { db } = database;
    const session = await begin();
    const hashes = [session.refresh_hash, nextHash(), nextHash(), nextHash(), nextHash()];
    for (const [step, next] of hashes.slice(1).entries()) await exchange(session, hashes[step] ?? '', next);

    expect(await exchange(session, hashes[index] ?? '')).toMatchObject({
      outcome: 'reused',
      session: { id: session.id },
    });
    expect(await findSession(db, session.id)).toMatchObject({ end_reason: 'token reused' });
    for (const hash of hashes) expect(await exchange(session, hash)).toEqual({ outcome: 'unknown' });
  });

  it('are not ended by tokens of others', async () => {
    const [session, other] = [await begin(), await begin()];
    expect(await exchange({ family_hash: 'nobody' }, session.refresh_hash)).toEqual({ outcome: 'unknown' });
    expect(await exchange(other, session.refresh_hash)).toMatchObject({ session: { id: other.id } });
    expect(await findSession(database.db, session.id)).toMatchObject({ ended_at: null });
  });

  it('that are over exchange nothing', async () => {
    const session = await begin(undefined, earlier);
    expect(await exchange(session, session.refresh_hash)).toEqual({ outcome: 'unknown' });
    expect(await exchange(session, 'another')).toEqual({ outcome: 'unknown' });
  });

  it('of 20 exchanges of the same token one wins', async () => {
    const session = await begin();

    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => exchange(session, session.refresh_hash)),
    );

    expect(outcomes.filter(({ outcome }) => outcome === 'rotated')).toHaveLength(1);
    expect(outcomes.filter(({ outcome }) => outcome === 'reused')).toHaveLength(1);
    expect(outcomes.filter(({ outcome }) => outcome === 'unknown')).toHaveLength(18);
  });

  it('are ended by one of 20 at once, and keep its reason', async () => {
    const { db } = database;
    const session = await begin();

    const ended = await Promise.all(
      Array.from({ length: 20 }, (_, n) => endSession(db, session.id, `reason ${n}`)),
    );

    const winners = ended.filter((row) => row !== undefined);
    expect(winners).toEqual([{ ...session, ended_at: expect.any(Date), end_reason: expect.any(String) }]);
    expect(await getSession(db, session.id)).toEqual(winners[0]);
    expect(await endSession(db, nobodysId, 'x')).toBeUndefined();
  });

  it('of an identity are ended all at once, each once', async () => {
    const { db } = database;
    const [one, other] = [await begin(), await begin()];
    await begin(one.identity);
    await endSession(db, one.id, 'logout');

    const counts = await Promise.all([1, 2, 3].map(() => endSessions(db, one.identity, 'password changed')));

    expect(counts.sort((a, b) => a - b)).toEqual([0, 0, 1]);
    expect(await getSession(db, one.id)).toMatchObject({ end_reason: 'logout' });
    expect(await getSession(db, other.id)).toMatchObject({ ended_at: null });
  });

  it('are listed newest first, without hashes, in pages that neither repeat nor skip', async () => {
    const { db } = database;
    const { id: identity } = await makeIdentity(db);
    const [expired, ended, live] = [
      await begin(identity, earlier),
      await begin(identity),
      await begin(identity),
    ];
    await endSession(db, ended.id, 'logout');
    // all at the same instant: the id decides
    await sql`update attune.session set created = '2026-01-01' where identity = ${identity}`.execute(db);
    const ids = async (filter: object) =>
      (await listSessions(db, { identity, ...filter }, all)).items.map(({ id }) => id);

    const first = await listSessions(db, { identity }, { limit: 2 });
    const rest = await listSessions(db, { identity }, { limit: 2, cursor: first.nextCursor });
    const listed = [...first.items, ...rest.items];
    expect(listed.map(({ id }) => id)).toEqual([expired.id, ended.id, live.id].sort().reverse());
    expect(Object.keys(listed[0] ?? {}).filter((name) => name.endsWith('hash'))).toEqual([]);

    expect(await ids({ active: true })).toEqual([live.id]);
    expect(await ids({ active: false })).toEqual([expired.id, ended.id].sort().reverse());
    expect((await listSessions(db, { identity: 4711 }, all)).items).toEqual([]);
  });

  it('are deleted, alone or with their identity', async () => {
    const { db } = database;
    const session = await begin();
    const other = await begin(session.identity);
    expect(await deleteSession(db, session.id)).toBe(true);
    expect(await deleteSession(db, session.id)).toBe(false);
    await deleteIdentity(db, session.identity);
    expect(await findSession(db, other.id)).toBeUndefined();
    await expect(getSession(db, other.id)).rejects.toMatchObject({ code: 'NOT_FOUND', entity: 'session' });
  });

  it('of nobody are refused', async () => {
    await expect(begin(4711)).rejects.toMatchObject({ code: 'MISSING_REFERENCE', field: 'identity' });
  });
});

describe('API tokens', () => {
  async function issue(values: object = {}) {
    const { id: identity } = await makeIdentity(database.db);
    const token_hash = nextHash();
    return insertApiToken(database.db, {
      identity,
      label: 'ci',
      token_hash,
      token_prefix: 'at_',
      token_suffix: 'xyz',
      ...values,
    });
  }

  it('are found by hash, also revoked ones', async () => {
    const { db } = database;
    const scope = [{ resource: 'rules' as const, actions: ['read'] }];
    const token = await issue({ scope });

    expect(token).toMatchObject({ scope, expires_at: null, last_used_at: null, revoked_at: null });
    expect(await findApiTokenByHash(db, token.token_hash)).toEqual(token);
    const revoked = await revokeApiToken(db, token.id, {});
    expect(await findApiTokenByHash(db, token.token_hash)).toEqual(revoked);
    expect(await findApiTokenByHash(db, 'none')).toBeUndefined();
  });

  it.each([
    ['without a label', { label: '  ' }, 'VALIDATION_ERROR'],
    ['of nobody', { identity: 4711 }, 'MISSING_REFERENCE'],
    ['made by nobody', { created_by: 4711 }, 'MISSING_REFERENCE'],
  ])('%s are refused', async (_what, values, code) => {
    await expect(issue(values)).rejects.toMatchObject({ code });
  });

  it('are unique by hash', async () => {
    const { token_hash } = await issue();
    await expect(issue({ token_hash })).rejects.toMatchObject({ code: 'CONFLICT', field: 'token_hash' });
  });

  it('are touched at most once a minute', async () => {
    const { db } = database;
    const { id } = await issue();

    await touchApiToken(db, id, '10.0.0.1');
    await touchApiToken(db, id, '10.0.0.2');
    expect(await getApiToken(db, id)).toMatchObject({ last_used_ip: '10.0.0.1' });
    await sql`update attune.api_token set last_used_at = now() - interval '2 minutes' where id = ${id}`.execute(
      db,
    );
    await touchApiToken(db, id, '10.0.0.3');
    expect(await getApiToken(db, id)).toMatchObject({ last_used_ip: '10.0.0.3' });
  });

  it('are revoked once by 20 at once; all are told of the first', async () => {
    const { db } = database;
    const token = await issue();
    const people = await Promise.all(Array.from({ length: 20 }, () => makeIdentity(db)));

    const answers = await Promise.all(
      people.map(({ id }) => revokeApiToken(db, token.id, { by: id, reason: `by ${id}` })),
    );

    const now = await getApiToken(db, token.id);
    expect(answers).toEqual(Array(20).fill(now));
    expect(now.revocation_reason).toBe(`by ${now.revoked_by}`);
    expect(now.updated).toEqual(now.revoked_at);
    expect(await revokeApiToken(db, 4711, {})).toBeUndefined();
  });

  it('are listed newest first, without hashes, by identity and by whether they work', async () => {
    const { db } = database;
    const { id: identity } = await makeIdentity(db);
    const [expired, revoked, working, lasting] = [
      await issue({ identity, expires_at: earlier }),
      await issue({ identity }),
      await issue({ identity, expires_at: later }),
      await issue({ identity }),
    ];
    await revokeApiToken(db, revoked.id, {});
    const ids = async (filter: object) =>
      (await listApiTokens(db, { identity, ...filter }, all)).items.map(({ id }) => id);

    expect(await ids({})).toEqual([lasting.id, working.id, revoked.id, expired.id]);
    expect(await ids({ active: true })).toEqual([lasting.id, working.id]);
    expect(await ids({ active: false })).toEqual([revoked.id, expired.id]);
    const { token_hash: _, ...shown } = lasting;
    expect((await listApiTokens(db, { identity }, { limit: 1 })).items).toEqual([shown]);
    expect((await listApiTokens(db, { identity: 4711 }, all)).items).toEqual([]);
  });

  it('are deleted, alone or with their identity, and outlive who made or revoked them', async () => {
    const { db } = database;
    const { id: maker } = await makeIdentity(db);
    const [token, other] = [await issue({ created_by: maker }), await issue()];
    await revokeApiToken(db, token.id, { by: maker, reason: 'lost' });

    await deleteIdentity(db, maker);
    expect(await getApiToken(db, token.id)).toMatchObject({ created_by: null, revoked_by: null });
    expect(await deleteApiToken(db, token.id)).toBe(true);
    expect(await deleteApiToken(db, token.id)).toBe(false);
    await deleteIdentity(db, other.identity);
    expect(await findApiToken(db, other.id)).toBeUndefined();
    await expect(getApiToken(db, other.id)).rejects.toMatchObject({ code: 'NOT_FOUND', entity: 'api_token' });
  });
});

describe('signing keys', () => {
  const key = (kid: string) => ({
    kid,
    algorithm: 'EdDSA',
    public_jwk: { x: kid },
    private_sealed: { c: 'x' },
  });
  const age = (kid: string) =>
    sql`update attune.signing_key set created = created - interval '1 day' where kid = ${kid}`.execute(
      database.db,
    );

  beforeEach(async () => {
    await database.db.deleteFrom('signing_key').execute();
  });

  it('the newest signs, and retired ones verify until they expire', async () => {
    const { db } = database;
    await insertSigningKey(db, key('old'));
    await age('old');
    await insertSigningKey(db, key('new'));
    await retireSigningKey(db, 'old', later);

    expect(await findActiveSigningKey(db)).toMatchObject({ kid: 'new', private_sealed: { c: 'x' } });
    const verifying = await listPublicSigningKeys(db);
    expect(verifying.map(({ kid }) => kid)).toEqual(['new', 'old']);
    for (const shown of verifying) expect(shown).not.toHaveProperty('private_sealed');
    await sql`update attune.signing_key set expires_at = now() where kid = 'old'`.execute(db);
    expect((await listPublicSigningKeys(db)).map(({ kid }) => kid)).toEqual(['new']);
  });

  it('are retired once, by one of 20 at once', async () => {
    const { db } = database;
    await insertSigningKey(db, key('one'));
    const ends = Array.from({ length: 20 }, (_, n) => new Date(later.getTime() + n));

    const retired = await Promise.all(ends.map((end) => retireSigningKey(db, 'one', end)));

    const [winner, ...others] = retired.filter((row) => row !== undefined);
    expect(others).toEqual([]);
    expect(await getSigningKey(db, 'one')).toEqual({ ...winner, private_sealed: { c: 'x' } });
    expect(await findActiveSigningKey(db)).toBeUndefined();
    expect(await retireSigningKey(db, 'none', later)).toBeUndefined();
  });

  it('are listed with those that have gone, without private parts, and found by kid', async () => {
    const { db } = database;
    for (const kid of ['a', 'b', 'c']) await insertSigningKey(db, key(kid));
    await age('c');
    await retireSigningKey(db, 'c', earlier);
    const kids = async (filter: object) =>
      (await listSigningKeys(db, filter, all)).items.map(({ kid }) => kid);

    expect(await kids({})).toEqual(['b', 'a', 'c']);
    expect(await kids({ retired: true })).toEqual(['c']);
    expect(await kids({ retired: false })).toEqual(['b', 'a']);
    const page = await listSigningKeys(db, {}, { limit: 1 });
    expect(page.items[0]).not.toHaveProperty('private_sealed');
    expect((await listSigningKeys(db, {}, { limit: 1, cursor: page.nextCursor })).items[0]?.kid).toBe('a');
    expect(await findSigningKey(db, 'none')).toBeUndefined();
    await expect(getSigningKey(db, 'none')).rejects.toMatchObject({
      code: 'NOT_FOUND',
      entity: 'signing_key',
      field: 'kid',
    });
  });

  it('are deleted when they verify no more, and not before', async () => {
    const { db } = database;
    for (const kid of ['signs', 'verifies', 'gone']) await insertSigningKey(db, key(kid));
    await retireSigningKey(db, 'verifies', later);
    await retireSigningKey(db, 'gone', earlier);

    const deleted = await Promise.all(
      ['signs', 'verifies', 'gone', 'none'].map((kid) => deleteSigningKey(db, kid)),
    );

    expect(deleted).toEqual([false, false, true, false]);
    expect((await listSigningKeys(db, {}, all)).items).toHaveLength(2);
  });

  it('with a private part in public, or a name that is taken, are refused', async () => {
    const { db } = database;
    await insertSigningKey(db, key('taken'));
    await expect(insertSigningKey(db, key('taken'))).rejects.toMatchObject({
      code: 'CONFLICT',
      field: 'kid',
    });
    await expect(insertSigningKey(db, { ...key('leak'), public_jwk: { d: 'x' } })).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
    });
  });
});

describe('audit events', () => {
  const minimal: NewAuditEvent = { category: 'admin', event_type: 'rule.updated', outcome: 'success' };
  const full: NewAuditEvent = {
    category: 'rbac',
    event_type: 'rbac.denied',
    outcome: 'denied',
    actor_identity: 7,
    actor_login: 'ada@example.org',
    actor_token_type: 'access',
    actor_ip: '10.0.0.1',
    actor_user_agent: 'curl',
    request_id: 'req-1',
    resource_type: 'key',
    resource_id: 12,
    resource_ref: 'core.token',
    http_method: 'POST',
    http_path: '/api/v1/keys/{ref}',
    http_status: 403,
    duration_ms: 5,
    details: { permission: 'keys:decrypt', empty: {}, none: null },
  };

  it('are kept whole, and are found for good', async () => {
    const { db } = database;
    const event = await insertAuditEvent(db, full);

    expect(event).toEqual({ ...full, id: event.id, created: expect.any(Date) });
    expect(await findAuditEvent(db, event.id)).toEqual(event);
    expect(await getAuditEvent(db, event.id)).toEqual(event);
    await expect(getAuditEvent(db, 0)).rejects.toMatchObject({ code: 'NOT_FOUND', entity: 'audit_event' });
  });

  it('leave empty what is not known', async () => {
    const { id, created, ...event } = await insertAuditEvent(database.db, {
      ...minimal,
      actor_login: undefined,
    });
    const unknown = Object.fromEntries(Object.keys(full).map((name) => [name, null]));
    expect(event).toEqual({ ...unknown, ...minimal });
    expect([id, created]).toEqual([expect.any(Number), expect.any(Date)]);
  });

  it('are stored as a batch in one statement, in the order given, all or none', async () => {
    const { db } = database;
    const batch = Array.from({ length: 50 }, (_, n) => ({ ...minimal, event_type: 'batch', duration_ms: n }));

    const rows = await insertAuditEvents(db, batch);

    expect(rows.map((row) => row.duration_ms)).toEqual(batch.map((event) => event.duration_ms));
    expect(new Set(rows.map((row) => row.created.getTime())).size).toBe(1);
    const { items } = await listAuditEvents(db, { event_type: 'batch' }, all);
    expect(items).toEqual(rows.toReversed());
    expect(await insertAuditEvents(db, [])).toEqual([]);
    const broken = [
      { ...minimal, event_type: 'broken' },
      { ...minimal, outcome: 'unknown' as 'success' },
    ];
    await expect(insertAuditEvents(db, broken)).rejects.toMatchObject({ code: 'VALIDATION_ERROR' });
    expect((await listAuditEvents(db, { event_type: 'broken' }, all)).items).toEqual([]);
  });

  it('are stored whatever strangers have sent', async () => {
    const hostile = {
      actor_login: 'a\0b\ud800',
      actor_user_agent: `'; drop table x; -- %_*`,
      details: { 'x\0': '\0' },
    };
    expect(await insertAuditEvent(database.db, { ...minimal, ...hostile })).toMatchObject({
      actor_login: 'a\ufffdb\ufffd',
      actor_user_agent: hostile.actor_user_agent,
      details: { 'x\ufffd': '\ufffd' },
    });
  });

  it('go with the transaction of the change they record', async () => {
    const { db } = database;
    const change = db.transaction().execute(async (trx) => {
      await insertAuditEvent(trx, { ...minimal, request_id: 'undone' });
      throw new Error('undone');
    });
    await expect(change).rejects.toThrow('undone');
    expect((await listAuditEvents(db, { request_id: 'undone' }, all)).items).toEqual([]);
  });

  describe('by each filter', () => {
    const before = new Date('2020-01-01');
    const between = new Date('2020-01-02');
    const after = new Date('2020-01-03');

    beforeAll(async () => {
      const { db } = database;
      await db.deleteFrom('audit_event').execute();
      await insertAuditEvents(db, [full, { ...minimal, actor_login: 'adaXexample.org', http_path: 'x' }]);
      await sql`update attune.audit_event set created = case category when 'rbac' then ${after}::timestamptz
        else ${before}::timestamptz end`.execute(db);
    });

    it.each([
      [{}, ['rbac', 'admin']],
      [{ category: 'rbac' }, ['rbac']],
      [{ event_type: 'rbac.denied' }, ['rbac']],
      [{ event_type: 'rule.*' }, ['admin']],
      [{ outcome: 'denied' }, ['rbac']],
      [{ outcome: 'success' }, ['admin']],
      [{ actor_identity: 7 }, ['rbac']],
      [{ actor_login: 'ada@example.org' }, ['rbac']],
      [{ actor_login: 'ada*example.org' }, ['rbac', 'admin']],
      [{ actor_login: '*example*' }, ['rbac', 'admin']],
      [{ actor_login: 'ada_example.org' }, []],
      [{ resource_type: 'key' }, ['rbac']],
      [{ resource_id: 12 }, ['rbac']],
      [{ resource_ref: 'core.token' }, ['rbac']],
      [{ resource_ref: 'core.*' }, ['rbac']],
      [{ request_id: 'req-1' }, ['rbac']],
      [{ http_method: 'post' }, ['rbac']],
      [{ http_method: 'GET' }, []],
      [{ http_path: '/api/v1/keys/{ref}' }, ['rbac']],
      [{ http_path: '*keys*' }, ['rbac']],
      [{ http_status: 403 }, ['rbac']],
      [{ http_status: 404 }, []],
      [{ created_after: between }, ['rbac']],
      [{ created_before: between }, ['admin']],
      [{ created_after: after }, ['rbac']],
      [{ created_before: after }, ['admin']],
      [{ category: 'rbac', outcome: 'success' }, []],
    ] as const)('%j gives %j, newest first', async (filter, expected) => {
      const { items } = await listAuditEvents(database.db, filter, all);
      expect(items.map(({ category }) => category)).toEqual(expected);
    });
  });
});
