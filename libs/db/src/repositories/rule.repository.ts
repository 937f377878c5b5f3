import type { Retry } from '@attune/domain';
import { NotFoundError } from '@attune/domain';
import { sql } from 'kysely';
import type { Patch } from '../columns.js';
import { isEmptyPatch, toInsert, toUpdate } from '../columns.js';
import type { Db, Trx } from '../database.js';
import type { Authorship } from '../definition.js';
import { changeDefinition, deleteDefinition } from '../definition.js';
import { allOf, equals, matchesRef } from '../filter.js';
import type { Page, PageRequest } from '../page.js';
import { byRef, fetchPage } from '../page.js';
import type { RuleRow } from '../schema/index.js';
import { optionalTwinOf, packOf } from './reference.js';

export interface NewRule {
  ref: string;
  label: string;
  description?: string | null | undefined;
  enabled?: boolean | undefined;
  /** Made by a person, not by the files of the pack: survives updates of the pack. */
  is_adhoc?: boolean | undefined;
  trigger_ref: string;
  trigger_params?: Record<string, unknown> | undefined;
  conditions?: unknown;
  action_ref: string;
  action_params?: Record<string, unknown> | undefined;
  /** Null = the action's default, empty = no token. */
  permission_set_refs?: readonly string[] | null | undefined;
  owner_identity?: number | null | undefined;
  retry?: Retry | null | undefined;
  timeout_seconds?: number | null | undefined;
  concurrency?: unknown;
  dedupe?: Record<string, unknown> | null | undefined;
  throttle?: Record<string, unknown> | null | undefined;
  debounce?: Record<string, unknown> | null | undefined;
  priority?: number | null | undefined;
}

/** undefined keeps, null clears; `ref` is immutable. */
export type RulePatch = Patch<Omit<NewRule, 'ref'>>;

export interface RuleFilter {
  /** `*` is a wildcard, here and in other refs. */
  ref?: string | undefined;
  pack_ref?: string | undefined;
  trigger_ref?: string | undefined;
  action_ref?: string | undefined;
  enabled?: boolean | undefined;
  owner_identity?: number | undefined;
}

export async function insertRule(db: Db, values: NewRule, by?: Authorship): Promise<RuleRow> {
  return changeDefinition(db, 'rule', by, async (trx) => {
    const pack = await packOf(trx, 'rule', values.ref);
    return trx
      .insertInto('rule')
      .values(toInsert('rule', { ...(await columnsOf(trx, values)), ref: values.ref, ...pack }))
      .returningAll()
      .executeTakeFirstOrThrow();
  });
}

export async function findRule(db: Db, id: number): Promise<RuleRow | undefined> {
  return db.selectFrom('rule').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function findRuleByRef(db: Db, ref: string): Promise<RuleRow | undefined> {
  return db.selectFrom('rule').selectAll().where('ref', '=', ref).executeTakeFirst();
}

export async function getRule(db: Db, id: number): Promise<RuleRow> {
  return orNotFound(await findRule(db, id), 'id', id);
}

export async function getRuleByRef(db: Db, ref: string): Promise<RuleRow> {
  return orNotFound(await findRuleByRef(db, ref), 'ref', ref);
}

/** By ref. */
export async function listRules(db: Db, filter: RuleFilter, page: PageRequest): Promise<Page<RuleRow>> {
  const query = db
    .selectFrom('rule')
    .selectAll()
    .where(
      allOf(
        matchesRef('rule.ref', filter.ref),
        matchesRef('rule.pack_ref', filter.pack_ref),
        matchesRef('rule.trigger_ref', filter.trigger_ref),
        matchesRef('rule.action_ref', filter.action_ref),
        equals('rule.enabled', filter.enabled),
        equals('rule.owner_identity', filter.owner_identity),
      ),
    );
  return fetchPage(query, byRef('rule'), page);
}

export async function updateRule(db: Db, id: number, patch: RulePatch, by?: Authorship): Promise<RuleRow> {
  if (isEmptyPatch(patch)) return getRule(db, id);
  return changeDefinition(db, 'rule', by, async (trx) => {
    const row = await trx
      .updateTable('rule')
      .set({ ...toUpdate('rule', await columnsOf(trx, patch)), updated: sql`now()` })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst();
    return orNotFound(row, 'id', id);
  });
}

/** Its enforcements stay. */
export async function deleteRule(db: Db, id: number): Promise<boolean> {
  return deleteDefinition(db, 'rule', id);
}

/** No conditions, said as null, are the empty list: always. */
async function columnsOf(trx: Trx, { trigger_ref, action_ref, conditions, ...rest }: RulePatch) {
  const trigger = await optionalTwinOf(trx, 'rule', 'trigger', trigger_ref);
  const action = await optionalTwinOf(trx, 'rule', 'action', action_ref);
  return { ...rest, ...trigger, ...action, conditions: conditions === null ? [] : conditions };
}

function orNotFound(row: RuleRow | undefined, field: string, value: unknown): RuleRow {
  if (row === undefined) throw new NotFoundError('rule', field, value);
  return row;
}
