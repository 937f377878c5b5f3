import type { PolicyMethod } from '@attune/domain';
import { NotFoundError } from '@attune/domain';
import { sql } from 'kysely';
import type { Patch } from '../columns.js';
import { isEmptyPatch, toInsert, toUpdate } from '../columns.js';
import type { Db } from '../database.js';
import type { Authorship } from '../definition.js';
import { changeDefinition, deleteDefinition } from '../definition.js';
import { allOf, contains, equals, matchesRef } from '../filter.js';
import type { Page, PageRequest } from '../page.js';
import { byRef, fetchPage } from '../page.js';
import type { PolicyRow } from '../schema/index.js';
import { optionalTwinOf, packOf } from './reference.js';

export interface NewPolicy {
  ref: string;
  /** Absent: see `pack_wide`. */
  action_ref?: string | null | undefined;
  /** True: the limit holds for all actions of its pack together; false: for all there are. */
  pack_wide?: boolean | undefined;
  name: string;
  description?: string | null | undefined;
  enabled?: boolean | undefined;
  method?: PolicyMethod | undefined;
  threshold: number;
  /** Null: at most `threshold` at once; else at most `threshold` starts in so many seconds. */
  window_seconds?: number | null | undefined;
  /** Parameter paths whose values form the group that is counted. */
  parameters?: readonly string[] | undefined;
  tags?: readonly string[] | undefined;
}

/** undefined keeps, null clears; `ref` is immutable. */
export type PolicyPatch = Patch<Omit<NewPolicy, 'ref'>>;

export interface PolicyFilter {
  /** `*` is a wildcard, here and in other refs. */
  ref?: string | undefined;
  pack_ref?: string | undefined;
  action_ref?: string | undefined;
  tag?: string | undefined;
  enabled?: boolean | undefined;
}

export async function insertPolicy(db: Db, values: NewPolicy, by?: Authorship): Promise<PolicyRow> {
  return changeDefinition(db, 'policy', by, async (trx) => {
    const { action_ref, ...rest } = values;
    const action = await optionalTwinOf(trx, 'policy', 'action', action_ref);
    const pack = await packOf(trx, 'policy', values.ref);
    return trx
      .insertInto('policy')
      .values(toInsert('policy', { ...rest, ...action, ...pack }))
      .returningAll()
      .executeTakeFirstOrThrow();
  });
}

export async function findPolicy(db: Db, id: number): Promise<PolicyRow | undefined> {
  return db.selectFrom('policy').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function findPolicyByRef(db: Db, ref: string): Promise<PolicyRow | undefined> {
  return db.selectFrom('policy').selectAll().where('ref', '=', ref).executeTakeFirst();
}

export async function getPolicy(db: Db, id: number): Promise<PolicyRow> {
  return orNotFound(await findPolicy(db, id), 'id', id);
}

export async function getPolicyByRef(db: Db, ref: string): Promise<PolicyRow> {
  return orNotFound(await findPolicyByRef(db, ref), 'ref', ref);
}

/** By ref. */
export async function listPolicies(
  db: Db,
  filter: PolicyFilter,
  page: PageRequest,
): Promise<Page<PolicyRow>> {
  const query = db
    .selectFrom('policy')
    .selectAll()
    .where(
      allOf(
        matchesRef('policy.ref', filter.ref),
        matchesRef('policy.pack_ref', filter.pack_ref),
        matchesRef('policy.action_ref', filter.action_ref),
        contains('policy.tags', filter.tag),
        equals('policy.enabled', filter.enabled),
      ),
    );
  return fetchPage(query, byRef('policy'), page);
}

export async function updatePolicy(
  db: Db,
  id: number,
  patch: PolicyPatch,
  by?: Authorship,
): Promise<PolicyRow> {
  if (isEmptyPatch(patch)) return getPolicy(db, id);
  return changeDefinition(db, 'policy', by, async (trx) => {
    const { action_ref, ...rest } = patch;
    const action = await optionalTwinOf(trx, 'policy', 'action', action_ref);
    const row = await trx
      .updateTable('policy')
      .set({ ...toUpdate('policy', { ...rest, ...action }), updated: sql`now()` })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst();
    return orNotFound(row, 'id', id);
  });
}

/** Frees all slots it counted. */
export async function deletePolicy(db: Db, id: number): Promise<boolean> {
  return deleteDefinition(db, 'policy', id);
}

function orNotFound(row: PolicyRow | undefined, field: string, value: unknown): PolicyRow {
  if (row === undefined) throw new NotFoundError('policy', field, value);
  return row;
}
