import type { OwnerType } from '@attune/domain';
import { MissingReferenceError, NotFoundError } from '@attune/domain';
import { sql } from 'kysely';
import type { Patch } from '../columns.js';
import { isEmptyPatch, toInsert, toUpdate } from '../columns.js';
import type { Db } from '../database.js';
import { inTransaction } from '../database.js';
import { containsWords, equals, matchesRef } from '../filter.js';
import { toJson } from '../json.js';
import { byRef } from '../page.js';
import type { KeyRow } from '../schema/index.js';
import type { SecretBox } from '../secrets/secret-box.js';
import { secretPlaces } from '../secrets/secret-places.js';
import { statement } from '../statement.js';
import { listOf, tableOf } from '../table.js';

export interface KeyOwner {
  owner_type: OwnerType;
  /** Ref of the owner (an identity's login); left out for the system. */
  owner?: string | undefined;
}

export interface NewKey extends KeyOwner {
  ref: string;
  name: string;
  description?: string | null | undefined;
  /** Its value is stored sealed, and is not to be read without the master key. */
  encrypted?: boolean | undefined;
  /** In clear. Any JSON value, null included. */
  value: unknown;
}

/** undefined keeps, null clears (`value`: is the JSON value null); ref and owner are immutable. */
export type KeyPatch = Patch<Omit<NewKey, 'ref' | keyof KeyOwner>>;

export interface KeyFilter {
  /** `*` is a wildcard. */
  ref?: string | undefined;
  owner_type?: OwnerType | undefined;
  owner?: string | undefined;
  name?: string | undefined;
  encrypted?: boolean | undefined;
  /** Words that must all occur in ref, name or description. */
  search?: string | undefined;
}

/** What is wanted for the runs of an action. */
export interface KeyScope {
  pack_ref: string;
  action_ref: string;
  names: readonly string[];
}

/** Values are not read for lists. */
export type KeySummary = Omit<KeyRow, 'value'>;

type StoredValue = Pick<KeyRow, 'ref' | 'encrypted' | 'value'>;

/** An owner type later in the list of the enum is the more specific one of these three. */
const resolveStatement = statement<KeyRow>(
  'resolve_keys',
  `select distinct on (k.name) k.* from attune.key k
where k.name = any($1::text[]) and (
  (k.owner_type = 'system' and k.owner = '')
  or (k.owner_type = 'pack' and k.owner = $2)
  or (k.owner_type = 'action' and k.owner = $3)
)
order by k.name, k.owner_type desc`,
);

const keys = tableOf('key');

/** The value in clear. Throws SecretError when it is sealed and this box cannot open it. */
export function openKey(box: SecretBox, { ref, encrypted, value }: StoredValue): unknown {
  return encrypted ? (JSON.parse(box.open(value, secretPlaces.key(ref))) as unknown) : value;
}

/** The row has the value as it is stored: `openKey` reads it. */
export async function insertKey(db: Db, box: SecretBox, values: NewKey): Promise<KeyRow> {
  const { value, encrypted = false, ...rest } = values;
  const columns = {
    ...toInsert('key', rest),
    ...(await ownerOf(db, values)),
    ...stored(box, { ref: values.ref, encrypted, value }),
  };
  return db.insertInto('key').values(columns).returningAll().executeTakeFirstOrThrow();
}

export const findKey = keys.find;

export const findKeyByRef = keys.findBy('ref');

export async function findKeyByName(db: Db, owner: KeyOwner, name: string): Promise<KeyRow | undefined> {
  return db
    .selectFrom('key')
    .selectAll()
    .where('owner_type', '=', owner.owner_type)
    .where('owner', '=', owner.owner ?? '')
    .where('name', '=', name)
    .executeTakeFirst();
}

export const getKey = keys.get;

export const getKeyByRef = keys.getBy('ref');

export async function getKeyByName(db: Db, owner: KeyOwner, name: string): Promise<KeyRow> {
  return orNotFound(await findKeyByName(db, owner, name), 'name', name);
}

/** Those that there are of these refs, with their values; by ref. */
export async function listKeysOfRefs(db: Db, refs: readonly string[]): Promise<KeyRow[]> {
  if (refs.length === 0) return [];
  return db
    .selectFrom('key')
    .selectAll()
    .where(sql<boolean>`ref = any(${[...refs]}::text[])`)
    .orderBy('ref')
    .execute();
}

/** By ref. */
export const listKeys = listOf<KeySummary, KeyFilter>('key', {
  order: byRef('key'),
  limits: {
    id: 'key.id',
    ref: 'key.ref',
    owner: 'key.owner_identity',
    ownerType: 'key.owner_type',
    ownerRef: 'key.owner',
    encrypted: 'key.encrypted',
  },
  conditions: (filter) => [
    matchesRef('key.ref', filter.ref),
    equals('key.owner_type', filter.owner_type),
    equals('key.owner', filter.owner),
    equals('key.name', filter.name),
    equals('key.encrypted', filter.encrypted),
    containsWords(['key.ref', 'key.name', 'key.description'], filter.search),
  ],
  columns: [
    'id',
    'ref',
    'owner_type',
    'owner',
    'owner_identity',
    'owner_pack',
    'owner_action',
    'owner_sensor',
    'name',
    'description',
    'encrypted',
    'encryption_key_id',
    'created',
    'updated',
  ],
});

/**
 * The keys of these names that a run may read, one for each name that there is: the action's own, else its pack's,
 * else the system's. By name.
 */
export async function resolveKeys(db: Db, { pack_ref, action_ref, names }: KeyScope): Promise<KeyRow[]> {
  return resolveStatement.run(db, [names, pack_ref, action_ref]);
}

/**
 * A change of `encrypted` converts the value that is stored, or stores the new one in the new form. The row is
 * locked first: the form of the value and `encrypted` agree, however many change it.
 */
export async function updateKey(db: Db, box: SecretBox, id: number, patch: KeyPatch): Promise<KeyRow> {
  if (isEmptyPatch(patch)) return getKey(db, id);
  const { value, encrypted, ...rest } = patch;
  return inTransaction(db, async (trx) => {
    const locked = await trx
      .selectFrom('key')
      .selectAll()
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    const columns = converted(box, orNotFound(locked, 'id', id), { value, encrypted });
    return trx
      .updateTable('key')
      .set({ ...toUpdate('key', rest), ...columns, updated: sql`now()` })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow();
  });
}

export const deleteKey = keys.delete;

/** Nothing when neither the value nor its form changes. */
function converted(box: SecretBox, row: KeyRow, patch: Pick<KeyPatch, 'encrypted' | 'value'>) {
  const { encrypted = row.encrypted, value } = patch;
  if (value === undefined && encrypted === row.encrypted) return {};
  return stored(box, { ref: row.ref, encrypted, value: value === undefined ? openKey(box, row) : value });
}

function stored(box: SecretBox, { ref, encrypted, value }: StoredValue) {
  if (!encrypted) return { encrypted, encryption_key_id: null, value: toJson(value) };
  const sealed = box.seal(toJson(value), secretPlaces.key(ref));
  return { encrypted, encryption_key_id: sealed.kid, value: toJson(sealed) };
}

/** The id of the owner beside its ref; the owner must exist. */
async function ownerOf(db: Db, { owner_type, owner = '' }: KeyOwner) {
  if (owner_type === 'system') return {};
  const row = await (owner_type === 'identity'
    ? db.selectFrom('identity').select('id').where('login', '=', owner).executeTakeFirst()
    : db.selectFrom(owner_type).select('id').where('ref', '=', owner).executeTakeFirst());
  if (row === undefined) throw new MissingReferenceError('key', 'owner', owner);
  return { [`owner_${owner_type}` as const]: row.id };
}

function orNotFound(row: KeyRow | undefined, field: string, value: unknown): KeyRow {
  if (row === undefined) throw new NotFoundError('key', field, value);
  return row;
}
