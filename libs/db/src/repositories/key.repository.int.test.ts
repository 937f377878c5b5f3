import { listDefinitionVersions } from './definition-version.repository.js';
import { randomBytes } from 'node:crypto';
import type { OwnerType } from '@attune/domain';
import { sql } from 'kysely';

import { createSecretBox } from '../secrets/secret-box.js';
import { secretPlaces } from '../secrets/secret-places.js';
import {
  makeAction,
  makeIdentity,
  makePack,
  makeSensor,
  makeTrigger,
  next,
  useTestDatabase,
} from '../testing/index.js';
import { deleteIdentity } from './identity.repository.js';
import type { NewKey } from './key.repository.js';
import {
  deleteKey,
  findKeyByName,
  findKeyByRef,
  getKey,
  getKeyByName,
  getKeyByRef,
  insertKey,
  listKeys,
  openKey,
  resolveKeys,
  updateKey,
} from './key.repository.js';
import { deletePack } from './pack.repository.js';
import type { RewrapReport } from './sealed-value.repository.js';
import { countSealedValues, rewrapSecrets } from './sealed-value.repository.js';
import { getSigningKey, insertSigningKey } from './signing-key.repository.js';
import { getTrigger } from './trigger.repository.js';
import { setWebhookKey, setWebhookSecret } from './webhook.repository.js';

const database = useTestDatabase();
const [masterKey, nextMasterKey] = [randomBytes(32), randomBytes(32)];
const box = createSecretBox({ current: masterKey });
const nextBox = createSecretBox({ current: nextMasterKey, previous: [masterKey] });
const secret = 'correct-horse-battery';

async function makeKey(values: Partial<NewKey> = {}) {
  const ref = values.ref ?? `made.${next('key')}`;
  return insertKey(database.db, box, { owner_type: 'system', name: ref, value: secret, ...values, ref });
}

/** All that a dump of the table would say about it. */
async function textOf(ref: string): Promise<string> {
  const { rows } = await sql<{ text: string }>`
    select key::text || to_jsonb(key)::text || encode(value::text::bytea, 'base64') as text
    from attune.key where ref = ${ref}`.execute(database.db);
  return rows[0]?.text ?? '';
}

describe('owners', () => {
  it('a key belongs to the system, or to an owner that exists, known by its ref and its id', async () => {
    const { db } = database;
    const action = await makeAction(db);
    const sensor = await makeSensor(db);
    const person = await makeIdentity(db);
    const key = (owner_type: OwnerType, owner?: string) => makeKey({ owner_type, owner, name: 'token' });
    const nobody = { owner_identity: null, owner_pack: null, owner_action: null, owner_sensor: null };

    expect(await key('system')).toMatchObject({ owner: '', ...nobody });
    expect(await key('pack', action.pack_ref)).toMatchObject({ ...nobody, owner_pack: action.pack });
    expect(await key('action', action.ref)).toMatchObject({ ...nobody, owner_action: action.id });
    expect(await key('sensor', sensor.ref)).toMatchObject({ ...nobody, owner_sensor: sensor.id });
    expect(await key('identity', person.login)).toMatchObject({ ...nobody, owner_identity: person.id });
  });

  it.each([
    ['of a pack that does not exist', { owner_type: 'pack', owner: 'no_such' }, 'MISSING_REFERENCE'],
    ['of a pack that is not named', { owner_type: 'pack' }, 'MISSING_REFERENCE'],
    ['of an identity that does not exist', { owner_type: 'identity', owner: 'ada' }, 'MISSING_REFERENCE'],
    ['of the system, with an owner', { owner_type: 'system', owner: 'core' }, 'VALIDATION_ERROR'],
    ['with an upper-case ref', { ref: 'K.upper' }, 'VALIDATION_ERROR'],
    ['with an empty segment in its ref', { ref: 'k..x' }, 'VALIDATION_ERROR'],
    ['without a name', { name: '' }, 'VALIDATION_ERROR'],
  ] as const)('a key %s is refused', async (_what, values, code) => {
    await expect(makeKey(values)).rejects.toMatchObject({ code });
  });

  it('two owners cannot be written, even by SQL', async () => {
    const action = await makeAction(database.db);
    const { id } = await makeKey({ owner_type: 'action', owner: action.ref });

    const second = database.db
      .updateTable('key')
      .set({ owner_pack: action.pack })
      .where('id', '=', id)
      .execute();

    await expect(second).rejects.toMatchObject({ code: 'VALIDATION_ERROR' });
  });

  it('a name is unique for its owner, and a ref for all', async () => {
    const { ref: one } = await makePack(database.db);
    const { ref: other } = await makePack(database.db);
    const key = await makeKey({ owner_type: 'pack', owner: one, name: 'token' });

    await expect(makeKey({ owner_type: 'pack', owner: one, name: 'token' })).rejects.toMatchObject({
      code: 'CONFLICT',
      field: 'owner_type, owner, name',
    });
    await expect(makeKey({ ref: key.ref })).rejects.toMatchObject({ code: 'CONFLICT', field: 'ref' });
    await expect(makeKey({ owner_type: 'pack', owner: other, name: 'token' })).resolves.toBeDefined();
  });

  it('of 20 that insert a ref at once one succeeds, as of 20 that insert a name', async () => {
    const { db } = database;
    const { ref: owner } = await makePack(db);
    const mine = { owner_type: 'pack', owner } as const;
    const outcomes = async (inserts: Promise<unknown>[]) =>
      (await Promise.allSettled(inserts)).map((result) =>
        result.status === 'fulfilled' ? 'inserted' : (result.reason as { code: string }).code,
      );
    const twenty = Array.from({ length: 20 }, (_, n) => n);

    const byRef = await outcomes(twenty.map((n) => makeKey({ ...mine, ref: 'race.ref', name: `n${n}` })));
    const byName = await outcomes(twenty.map((n) => makeKey({ ...mine, ref: `race.n${n}`, name: 'race' })));

    const expected = ['inserted', ...Array<string>(19).fill('CONFLICT')];
    expect([byRef.sort().reverse(), byName.sort().reverse()]).toEqual([expected, expected]);
    expect((await listKeys(db, mine, { limit: 50 })).items).toHaveLength(2);
  });

  it('keys outlive their pack, by its ref, and an owner installed again finds them', async () => {
    const { db } = database;
    const owner = await makePack(db);
    const { ref } = await makeKey({ owner_type: 'pack', owner: owner.ref, name: 'token' });

    await deletePack(db, owner.id);
    expect(await getKeyByRef(db, ref)).toMatchObject({ owner: owner.ref, owner_pack: null });

    await makePack(db, { ref: owner.ref });
    const scope = { pack_ref: owner.ref, action_ref: `${owner.ref}.any`, names: ['token'] };
    expect(await resolveKeys(db, scope)).toMatchObject([{ ref }]);
  });

  it('an identity is not deleted while it owns a key: the next one with its login would find the secret', async () => {
    const { db } = database;
    const person = await makeIdentity(db);
    const { id } = await makeKey({ owner_type: 'identity', owner: person.login });

    await expect(deleteIdentity(db, person.id)).rejects.toMatchObject({ code: 'INVALID_STATE' });

    await deleteKey(db, id);
    expect(await deleteIdentity(db, person.id)).toBe(true);
  });
});

describe('values', () => {
  it.each([
    ['null', null],
    ['a list', [1, null, 'x']],
    ['an object', { user: 'ada', nested: { password: 'ä – 秘密' } }],
    ['text', 'x'],
    ['empty text', ''],
    ['a number', -1.5],
    ['false', false],
  ])('%s is kept, encrypted, converted to clear text and converted back', async (_what, value) => {
    const { db } = database;
    const key = await makeKey({ value, encrypted: true });
    expect(openKey(box, key)).toEqual(value);
    expect(await getKey(db, key.id)).toEqual(key);

    const clear = await updateKey(db, box, key.id, { encrypted: false });
    expect(clear).toMatchObject({ value, encrypted: false, encryption_key_id: null });

    const back = await updateKey(db, box, key.id, { encrypted: true });
    expect(back).toMatchObject({ encrypted: true, encryption_key_id: box.kid });
    expect(openKey(box, back)).toEqual(value);
  });

  it('a JSON null is a value, and no missing one', async () => {
    const { id } = await makeKey({ value: 1 });
    await updateKey(database.db, box, id, { value: null });

    const { rows } = await sql`select jsonb_typeof(value) as type from attune.key where id = ${id}`.execute(
      database.db,
    );
    expect(rows).toEqual([{ type: 'null' }]);
  });

  it('an encrypted value is read in no column of its row by SQL, and says which master key opens it', async () => {
    const clear = await makeKey();
    const sealed = await makeKey({ encrypted: true });

    expect(await textOf(clear.ref)).toContain(secret);
    expect(await textOf(sealed.ref)).not.toContain(secret);
    expect(await textOf(sealed.ref)).not.toContain(Buffer.from(secret).toString('base64').slice(0, 12));
    expect(sealed).toMatchObject({ encryption_key_id: box.kid, value: { v: 1, kid: box.kid } });
  });

  it('an encrypted value opens by no other master key', async () => {
    const key = await makeKey({ encrypted: true });
    const stranger = createSecretBox({ current: randomBytes(32) });

    expect(() => openKey(stranger, key)).toThrow(`cannot open key:${key.ref}: it was sealed by master key`);
  });

  it('an encrypted value copied to another row by SQL does not open there', async () => {
    const { db } = database;
    const [stolen, mine] = [await makeKey({ encrypted: true }), await makeKey({ encrypted: true, value: 1 })];
    await sql`update attune.key set value = (select value from attune.key where id = ${stolen.id})
      where id = ${mine.id}`.execute(db);

    expect(() => openKey(box, { ...mine, value: stolen.value })).toThrow(
      'was changed, or sealed for another',
    );
    await expect(updateKey(db, box, mine.id, { encrypted: false })).rejects.toThrow(
      `cannot open key:${mine.ref}`,
    );
    expect(await getKey(db, mine.id)).toMatchObject({ encrypted: true, value: stolen.value });
  });

  it.each([
    ['clear text that is said to be encrypted', { encrypted: true, encryption_key_id: 'm1' }],
    [
      'an envelope of another master key',
      { encrypted: true, encryption_key_id: 'm1', value: '{"kid":"m2","data":""}' },
    ],
    ['an encrypted value without its master key', { encrypted: true }],
    ['a master key for clear text', { encryption_key_id: 'm1' }],
  ])('%s cannot be stored, even by SQL', async (_what, columns) => {
    const { id } = await makeKey({ value: { kid: 'm1' } });
    const set = database.db
      .updateTable('key')
      .set(columns as object)
      .where('id', '=', id);

    await expect(set.execute()).rejects.toMatchObject({ code: 'VALIDATION_ERROR' });
  });

  it('a new value is sealed while the key is encrypted, or made so or not in the same change', async () => {
    const { db } = database;
    const { id, ref } = await makeKey({ encrypted: true });
    const change = async (patch: object) => openKey(box, await updateKey(db, box, id, patch));

    expect(await change({ value: 'second-value' })).toBe('second-value');
    expect(await textOf(ref)).not.toContain('second-value');
    expect(await change({ value: 'third-value', encrypted: false })).toBe('third-value');
    expect(await textOf(ref)).toContain('third-value');
    expect(await change({ value: 'fourth-value', encrypted: true })).toBe('fourth-value');
    expect(await textOf(ref)).not.toContain('fourth-value');
  });

  it('a change of other columns leaves a sealed value as it is, also without its master key', async () => {
    const { db } = database;
    const stranger = createSecretBox({ current: randomBytes(32) });
    const { id } = await makeKey({ encrypted: true });
    await sql`update attune.key set updated = updated - interval '1 hour' where id = ${id}`.execute(db);
    const key = await getKey(db, id);

    const change = { name: 'renamed', description: 'x', encrypted: true };
    const renamed = await updateKey(db, stranger, key.id, change);

    expect(renamed).toEqual({ ...key, name: 'renamed', description: 'x', updated: expect.any(Date) });
    expect(renamed.updated.getTime()).toBeGreaterThan(key.updated.getTime());
    expect(await updateKey(db, stranger, key.id, {})).toEqual(renamed);
  });

  it('a key that is absent is not found, whatever the patch', async () => {
    for (const patch of [{}, { encrypted: true }, { value: 1 }]) {
      await expect(updateKey(database.db, box, 4711, patch)).rejects.toMatchObject({
        code: 'NOT_FOUND',
        entity: 'key',
        field: 'id',
      });
    }
  });

  it('conversions and changes at the same time leave one of the values, in the form the row says', async () => {
    const { db } = database;
    const { id, ref } = await makeKey({ value: 'v-start' });
    const patches = Array.from({ length: 20 }, (_, n) => [
      { encrypted: true },
      { encrypted: false },
      { value: `v-${n}` },
      { value: `v-${n}`, encrypted: n % 8 === 3 },
    ]).map((kinds, n) => kinds[n % 4] ?? {});

    const rows = await Promise.all(patches.map((patch) => updateKey(db, box, id, patch)));

    const last = await getKey(db, id);
    for (const row of [...rows, last]) expect(openKey(box, row)).toMatch(/^v-/);
    expect((await textOf(ref)).includes('v-')).toBe(!last.encrypted);
  });

  it.each([
    ['a new value', 'a conversion', { value: 'newer' }, { encrypted: true }],
    ['a conversion', 'a new value', { encrypted: true }, { value: 'newer' }],
  ])('%s is not undone by %s that began before its commit', async (_one, _other, first, second) => {
    const { db } = database;
    const { id } = await makeKey({ value: 'older' });
    let waiting: Promise<unknown> | undefined;

    await db.transaction().execute(async (trx) => {
      await updateKey(trx, box, id, first);
      waiting = updateKey(db, box, id, second);
      await untilSomebodyWaits();
    });
    await waiting;

    const key = await getKey(db, id);
    expect({ encrypted: key.encrypted, value: openKey(box, key) }).toEqual({
      encrypted: true,
      value: 'newer',
    });
  });

  it('a change that fails leaves the key as it was', async () => {
    const { db } = database;
    const key = await makeKey();
    const taken = await makeKey();

    const change = updateKey(db, box, key.id, { encrypted: true, name: taken.name });

    await expect(change).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await getKey(db, key.id)).toEqual(key);
  });
});

describe('reading', () => {
  it('lists by ref, never with values, and by each filter alone', async () => {
    const { db } = database;
    const { ref: owner } = await makePack(db);
    const bot = { owner_type: 'pack', owner } as const;
    await makeKey({ ref: 'find.b_token', ...bot, name: 'bot_token', encrypted: true });
    await makeKey({ ref: 'find.a_token', name: 'find_a', description: 'Of the Bot, 100%' });
    await makeKey({ ref: 'find.atoken', ...bot, name: 'url' });
    const refs = async (filter: object) => {
      const { items } = await listKeys(db, { ref: 'find.*', ...filter }, { limit: 9 });
      for (const item of items) expect(item).not.toHaveProperty('value');
      return items.map(({ ref }) => ref);
    };

    expect(await refs({})).toEqual(['find.a_token', 'find.atoken', 'find.b_token']);
    expect(await refs({ ref: 'find.a_*' })).toEqual(['find.a_token']);
    expect(await refs({ owner_type: 'system' })).toEqual(['find.a_token']);
    expect(await refs({ owner })).toEqual(['find.atoken', 'find.b_token']);
    expect(await refs({ owner: '' })).toEqual(['find.a_token']);
    expect(await refs({ name: 'url' })).toEqual(['find.atoken']);
    expect(await refs({ encrypted: true })).toEqual(['find.b_token']);
    expect(await refs({ search: 'BOT token' })).toEqual(['find.a_token', 'find.b_token']);
    expect(await refs({ search: '0%' })).toEqual(['find.a_token']);
  });

  it('finds a key by owner and name', async () => {
    const { db } = database;
    const { ref: owner } = await makePack(db);
    const [ofPack, ofSystem] = [
      await makeKey({ owner_type: 'pack', owner, name: 'shared' }),
      await makeKey({ name: 'shared' }),
    ];

    expect(await findKeyByName(db, { owner_type: 'pack', owner }, 'shared')).toEqual(ofPack);
    expect(await getKeyByName(db, { owner_type: 'system' }, 'shared')).toEqual(ofSystem);
    expect(await findKeyByName(db, { owner_type: 'action', owner }, 'shared')).toBeUndefined();
    await expect(getKeyByName(db, { owner_type: 'pack', owner }, 'none')).rejects.toMatchObject({
      code: 'NOT_FOUND',
      field: 'name',
    });
    expect(await findKeyByRef(db, 'no.such')).toBeUndefined();
  });

  it('a run finds the key of its action before that of the pack, and this before that of the system', async () => {
    const { db } = database;
    const action = await makeAction(db);
    const other = await makeAction(db, { ref: `${action.pack_ref}.other` });
    const person = await makeIdentity(db, { login: action.pack_ref });
    const named = (name: string, owner_type: OwnerType, owner?: string) =>
      makeKey({ name, owner_type, owner });
    await named('r_a', 'system');
    await named('r_a', 'pack', action.pack_ref);
    const ofAction = await named('r_a', 'action', action.ref);
    await named('r_b', 'system');
    const ofPack = await named('r_b', 'pack', action.pack_ref);
    await named('r_b', 'action', other.ref);
    const ofSystem = await named('r_c', 'system');
    await named('r_d', 'identity', person.login);
    await named('r_e', 'system');

    const names = ['r_c', 'r_a', 'r_b', 'r_d', 'none'];
    const found = await resolveKeys(db, { pack_ref: action.pack_ref, action_ref: action.ref, names });

    expect(found).toEqual([ofAction, ofPack, ofSystem]);
    expect(await resolveKeys(db, { pack_ref: '', action_ref: '', names: ['r_a'] })).toHaveLength(1);
    expect(await resolveKeys(db, { pack_ref: '', action_ref: '', names: [] })).toEqual([]);
  });
});

describe('a change of the master key', () => {
  // each test walks over everything that is sealed
  beforeEach(async () => {
    const { db } = database;
    await db.deleteFrom('key').execute();
    await db.deleteFrom('signing_key').execute();
    const none = {
      webhook_key_sealed: null,
      webhook_secret_sealed: null,
      webhook_previous_secret_sealed: null,
    };
    await db
      .updateTable('trigger')
      .set({ ...none, webhook_previous_secret_expires_at: null })
      .execute();
  });

  /** One value in each place that holds sealed ones, and what reads them. */
  async function sealEverything() {
    const { db } = database;
    const { id, ref } = await makeKey({ encrypted: true });
    const clear = await makeKey({ value: { v: 1, kid: box.kid, key: '', data: '' } });
    const kid = next('kid');
    const signing = box.seal(secret, secretPlaces.signingKey(kid));
    await insertSigningKey(db, { kid, algorithm: 'EdDSA', public_jwk: {}, private_sealed: signing });
    const trigger = await makeTrigger(db);
    const key = `wh_${trigger.id}`;
    await setWebhookKey(db, trigger.id, {
      key,
      sealed: box.seal(secret, secretPlaces.webhookKey(trigger.id)),
    });
    const webhookSecret = box.seal(secret, secretPlaces.webhookSecret(trigger.id));
    await setWebhookSecret(db, trigger.id, { sealed: webhookSecret });
    await setWebhookSecret(db, trigger.id, { sealed: webhookSecret, overlapSeconds: 60 });
    const readAll = async (reader: typeof box) => {
      const stored = await getTrigger(db, trigger.id);
      return [
        openKey(reader, await getKey(db, id)),
        reader.open((await getSigningKey(db, kid)).private_sealed, secretPlaces.signingKey(kid)),
        reader.open(stored.webhook_key_sealed, secretPlaces.webhookKey(trigger.id)),
        reader.open(stored.webhook_secret_sealed, secretPlaces.webhookSecret(trigger.id)),
        reader.open(stored.webhook_previous_secret_sealed, secretPlaces.webhookSecret(trigger.id)),
      ];
    };
    return { id, ref, clear, trigger, readAll };
  }

  async function walk(reader: typeof box, limit: number) {
    const total = { looked_at: 0, rewrapped: 0, unreadable: [] as string[], batches: [] as number[] };
    let after: RewrapReport['next'] = { column: 0, row: null };
    while (after !== undefined) {
      const report: RewrapReport = await rewrapSecrets(database.db, reader, { limit, after });
      total.looked_at += report.looked_at;
      total.rewrapped += report.rewrapped;
      total.unreadable.push(...report.unreadable);
      total.batches.push(report.looked_at);
      after = report.next;
    }
    return total;
  }

  it('reaches every sealed column, and the previous master key can be dropped', async () => {
    const { db } = database;
    const { clear, readAll } = await sealEverything();
    expect(await countSealedValues(db)).toEqual([{ kid: box.kid, values: 5 }]);

    expect(await walk(nextBox, 100)).toMatchObject({ looked_at: 5, rewrapped: 5, unreadable: [] });

    const newBox = createSecretBox({ current: nextMasterKey });
    expect(await readAll(newBox)).toEqual(Array.from({ length: 5 }, () => secret));
    await expect(readAll(box)).rejects.toThrow('is not configured');
    expect(await countSealedValues(db)).toEqual([{ kid: newBox.kid, values: 5 }]);
    expect(await getKey(db, clear.id)).toEqual(clear);
    expect(await walk(newBox, 100)).toMatchObject({ looked_at: 0, rewrapped: 0 });
  });

  it('is no change of the rows: they stay as old as they were, and write no version', async () => {
    const { db } = database;
    const { id } = await sealEverything();
    const versions = () =>
      db
        .selectFrom('definition_version')
        .select(({ fn }) => fn.countAll().as('n'))
        .execute();
    const [before, versionsBefore] = [await getKey(db, id), await versions()];

    await walk(nextBox, 100);

    const { value, encryption_key_id, ...kept } = await getKey(db, id);
    expect(before).toMatchObject(kept);
    expect(value).toMatchObject({ data: (before.value as { data: string }).data });
    expect(encryption_key_id).toBe(nextBox.kid);
    expect(await versions()).toEqual(versionsBefore);
  });

  it('finds none in the versions of a definition, which stay as they are', async () => {
    const { db } = database;
    const { trigger } = await sealEverything();
    const page = { limit: 9 };
    const { items } = await listDefinitionVersions(db, { entityType: 'trigger', ref: trigger.ref }, page);
    expect(items).not.toEqual([]);
    expect(JSON.stringify(items)).not.toContain(box.kid);
  });

  it('comes in batches, and may be stopped and resumed anywhere', async () => {
    const keys = await Promise.all(Array.from({ length: 5 }, () => makeKey({ encrypted: true })));
    const { next: place } = await rewrapSecrets(database.db, nextBox, { limit: 2 });

    expect(place).toBeDefined();
    expect(await countSealedValues(database.db)).toEqual(
      expect.arrayContaining([
        { kid: box.kid, values: 3 },
        { kid: nextBox.kid, values: 2 },
      ]),
    );
    expect(await walk(nextBox, 2)).toMatchObject({
      looked_at: 3,
      rewrapped: 3,
      batches: [2, 1, 0, 0, 0, 0, 0, 0, 0],
    });
    for (const { id } of keys) expect(openKey(nextBox, await getKey(database.db, id))).toBe(secret);
  });

  it('goes past what does not open, and says what it is', async () => {
    const strange = createSecretBox({ current: randomBytes(32) });
    const lost = await insertKey(database.db, strange, {
      ref: 'a.lost',
      owner_type: 'system',
      name: 'a_lost',
      encrypted: true,
      value: secret,
    });
    await makeKey({ ref: 'b.good', encrypted: true });

    const report = await walk(nextBox, 1);

    expect(report).toMatchObject({ looked_at: 2, rewrapped: 1, batches: [1, 1, 0, 0, 0, 0, 0, 0, 0, 0] });
    expect(report.unreadable).toEqual([expect.stringContaining('cannot open key:a.lost: it was sealed by')]);
    expect(JSON.stringify(report)).not.toContain(secret);
    expect(await getKey(database.db, lost.id)).toEqual(lost);
  });

  it('does not overwrite a value that was changed after it had looked at it', async () => {
    const { db } = database;
    const [changed, other] = [
      await makeKey({ ref: 'a.changed', encrypted: true }),
      await makeKey({ ref: 'b.other', encrypted: true }),
    ];
    let report: Promise<RewrapReport> | undefined;

    await db.transaction().execute(async (trx) => {
      await updateKey(trx, box, changed.id, { value: 'newer' });
      report = rewrapSecrets(db, nextBox, { limit: 9 });
      await untilSomebodyWaits();
    });

    expect(await report).toMatchObject({ looked_at: 2, rewrapped: 1 });
    const now = await getKey(db, changed.id);
    expect({ kid: now.encryption_key_id, value: openKey(box, now) }).toEqual({
      kid: box.kid,
      value: 'newer',
    });
    expect(await getKey(db, other.id)).toMatchObject({ encryption_key_id: nextBox.kid });
    expect(await walk(nextBox, 9)).toMatchObject({ rewrapped: 1 });
    expect(openKey(nextBox, await getKey(db, changed.id))).toBe('newer');
  });

  it('is done once by many processes at once, while keys are changed and converted', async () => {
    const { db } = database;
    const keys = await Promise.all(
      Array.from({ length: 12 }, () => makeKey({ encrypted: true, value: 'v-0' })),
    );
    // as in a rolling restart: it seals with the old key, and opens what the others have rewrapped
    const oldBox = createSecretBox({ current: masterKey, previous: [nextMasterKey] });
    const changes = keys
      .slice(0, 8)
      .map(({ id }, n) =>
        updateKey(
          db,
          n % 2 === 0 ? oldBox : nextBox,
          id,
          n % 3 === 0 ? { encrypted: false } : { value: `v-${n}` },
        ),
      );

    await Promise.all([...changes, ...Array.from({ length: 6 }, () => walk(nextBox, 3))]);
    await walk(nextBox, 3);

    const newBox = createSecretBox({ current: nextMasterKey });
    const rows = await Promise.all(keys.map(({ id }) => getKey(db, id)));
    const expected = keys.map((_, n) => (n < 8 && n % 3 !== 0 ? `v-${n}` : 'v-0'));
    expect(rows.map((row) => openKey(newBox, row))).toEqual(expected);
    expect(rows.map((row) => row.encrypted)).toEqual(keys.map((_, n) => !(n < 8 && n % 3 === 0)));
  });

  it('has nothing to do beyond the last column', async () => {
    const report = await rewrapSecrets(database.db, nextBox, { limit: 9, after: { column: 7, row: null } });
    expect(report).toEqual({ looked_at: 0, rewrapped: 0, unreadable: [] });
  });
});

/** Until a statement on this database waits for a lock. */
async function untilSomebodyWaits(): Promise<void> {
  await sql`do $$ begin
    while not exists (
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
    ) loop
      perform pg_sleep(0.002);
      perform pg_stat_clear_snapshot();
    end loop;
  end $$`.execute(database.db);
}
