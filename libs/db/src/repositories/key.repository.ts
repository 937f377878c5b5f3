import type { OwnerType } from '@attune/domain';
import { MissingReferenceError, NotFoundError } from '@attune/domain';
import { sql } from 'kysely';
import type { Patch } from '../columns.js';
import { isEmptyPatch, toInsert, toUpdate } from '../columns.js';
import type { Db } from '../database.js';
import { allOf, equals, matchesRef } from '../filter.js';
import { toJson } from '../json.js';
import type { Page, PageRequest } from '../page.js';
import { byRef, fetchPage } from '../page.js';
import type { KeyRow } from '../schema/index.js';

export interface NewKey {
  ref: string;
  owner_type: OwnerType;
  /** Ref of the owner (an identity's login); left out for the system. */
  owner?: string | undefined;
  name: string;
  description?: string | null | undefined;
  /** With `encryption_key_id`: `value` is an envelope that the api has made. */
  encrypted?: boolean | undefined;
  encryption_key_id?: string | null | undefined;
  /** Any JSON value, null included. */
  value: unknown;
}

/** undefined keeps, null clears (`value`: is the JSON value null); ref and owner are immutable. */
export type KeyPatch = Patch<Omit<NewKey, 'ref' | 'owner_type' | 'owner'>>;

export interface KeyFilter {
  /** `*` is a wildcard. */
  ref?: string | undefined;
  owner_type?: OwnerType | undefined;
  owner?: string | undefined;
}

/** Values are not read for lists. */
export type KeySummary = Omit<KeyRow, 'value'>;

const summaryColumns = [
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
] as const;

export async function insertKey(db: Db, { value, ...values }: NewKey): Promise<KeyRow> {
  const columns = { ...toInsert('key', values), ...(await ownerOf(db, values)), value: toJson(value) };
  return db.insertInto('key').values(columns).returningAll().executeTakeFirstOrThrow();
}

export async function findKey(db: Db, id: number): Promise<KeyRow | undefined> {
  return db.selectFrom('key').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function findKeyByRef(db: Db, ref: string): Promise<KeyRow | undefined> {
  return db.selectFrom('key').selectAll().where('ref', '=', ref).executeTakeFirst();
}

export async function getKey(db: Db, id: number): Promise<KeyRow> {
  return orNotFound(await findKey(db, id), 'id', id);
}

export async function getKeyByRef(db: Db, ref: string): Promise<KeyRow> {
  return orNotFound(await findKeyByRef(db, ref), 'ref', ref);
}

/** By ref. */
export async function listKeys(db: Db, filter: KeyFilter, page: PageRequest): Promise<Page<KeySummary>> {
  const conditions = allOf(
    matchesRef('key.ref', filter.ref),
    equals('key.owner_type', filter.owner_type),
    equals('key.owner', filter.owner),
  );
  return fetchPage(db.selectFrom('key').select(summaryColumns).where(conditions), byRef('key'), page);
}

export async function updateKey(db: Db, id: number, patch: KeyPatch): Promise<KeyRow> {
  if (isEmptyPatch(patch)) return getKey(db, id);
  const { value, ...rest } = patch;
  const row = await db
    .updateTable('key')
    .set({
      ...toUpdate('key', rest),
      ...(value === undefined ? {} : { value: toJson(value) }),
      updated: sql`now()`,
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
  return orNotFound(row, 'id', id);
}

export async function deleteKey(db: Db, id: number): Promise<boolean> {
  const result = await db.deleteFrom('key').where('id', '=', id).executeTakeFirst();
  return result.numDeletedRows > 0n;
}

/** The id of the owner beside its ref; the owner must exist. */
async function ownerOf(db: Db, { owner_type, owner = '' }: Pick<NewKey, 'owner_type' | 'owner'>) {
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
