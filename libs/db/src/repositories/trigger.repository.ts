import { NotFoundError } from '@attune/domain';
import { sql } from 'kysely';
import type { Patch } from '../columns.js';
import { isEmptyPatch, toInsert, toUpdate } from '../columns.js';
import type { Db } from '../database.js';
import type { Authorship } from '../definition.js';
import { changeDefinition, deleteDefinition } from '../definition.js';
import { allOf, equals, matchesRef } from '../filter.js';
import type { Page, PageRequest } from '../page.js';
import { byRef, fetchPage } from '../page.js';
import type { TriggerRow } from '../schema/index.js';
import { optionalTwinOf, packOf } from './reference.js';

export interface NewTrigger {
  ref: string;
  label: string;
  description?: string | null | undefined;
  enabled?: boolean | undefined;
  /** Made by a person, not by the files of the pack: survives updates of the pack. */
  is_adhoc?: boolean | undefined;
  param_schema?: Record<string, unknown> | null | undefined;
  /** Of the payload. */
  out_schema?: Record<string, unknown> | null | undefined;
  sensor_ref?: string | null | undefined;
  webhook_enabled?: boolean | undefined;
  webhook_config?: Record<string, unknown> | undefined;
}

/** undefined keeps, null clears; `ref` is immutable. */
export type TriggerPatch = Patch<Omit<NewTrigger, 'ref'>>;

export interface TriggerFilter {
  /** `*` is a wildcard, here and in other refs. */
  ref?: string | undefined;
  pack_ref?: string | undefined;
  sensor_ref?: string | undefined;
  enabled?: boolean | undefined;
  webhook_enabled?: boolean | undefined;
}

/** Rules that name it by ref and lost it when it was deleted have it again. */
export async function insertTrigger(db: Db, values: NewTrigger, by?: Authorship): Promise<TriggerRow> {
  return changeDefinition(db, 'trigger', by, async (trx) => {
    const { sensor_ref, ...rest } = values;
    const sensor = await optionalTwinOf(trx, 'trigger', 'sensor', sensor_ref);
    const pack = await packOf(trx, 'trigger', values.ref);
    const row = await trx
      .insertInto('trigger')
      .values(toInsert('trigger', { ...rest, ...sensor, ...pack }))
      .returningAll()
      .executeTakeFirstOrThrow();
    await trx
      .updateTable('rule')
      .set({ trigger: row.id })
      .where('trigger_ref', '=', row.ref)
      .where('trigger', 'is', null)
      .execute();
    return row;
  });
}

export async function findTrigger(db: Db, id: number): Promise<TriggerRow | undefined> {
  return db.selectFrom('trigger').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function findTriggerByRef(db: Db, ref: string): Promise<TriggerRow | undefined> {
  return db.selectFrom('trigger').selectAll().where('ref', '=', ref).executeTakeFirst();
}

export async function getTrigger(db: Db, id: number): Promise<TriggerRow> {
  return orNotFound(await findTrigger(db, id), 'id', id);
}

export async function getTriggerByRef(db: Db, ref: string): Promise<TriggerRow> {
  return orNotFound(await findTriggerByRef(db, ref), 'ref', ref);
}

/** By ref. */
export async function listTriggers(
  db: Db,
  filter: TriggerFilter,
  page: PageRequest,
): Promise<Page<TriggerRow>> {
  const query = db
    .selectFrom('trigger')
    .selectAll()
    .where(
      allOf(
        matchesRef('trigger.ref', filter.ref),
        matchesRef('trigger.pack_ref', filter.pack_ref),
        matchesRef('trigger.sensor_ref', filter.sensor_ref),
        equals('trigger.enabled', filter.enabled),
        equals('trigger.webhook_enabled', filter.webhook_enabled),
      ),
    );
  return fetchPage(query, byRef('trigger'), page);
}

export async function updateTrigger(
  db: Db,
  id: number,
  patch: TriggerPatch,
  by?: Authorship,
): Promise<TriggerRow> {
  if (isEmptyPatch(patch)) return getTrigger(db, id);
  return changeDefinition(db, 'trigger', by, async (trx) => {
    const { sensor_ref, ...rest } = patch;
    const sensor = await optionalTwinOf(trx, 'trigger', 'sensor', sensor_ref);
    const row = await trx
      .updateTable('trigger')
      .set({ ...toUpdate('trigger', { ...rest, ...sensor }), updated: sql`now()` })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst();
    return orNotFound(row, 'id', id);
  });
}

/** Events keep its ref; rules that name it stay and say so. */
export async function deleteTrigger(db: Db, id: number): Promise<boolean> {
  return deleteDefinition(db, 'trigger', id);
}

function orNotFound(row: TriggerRow | undefined, field: string, value: unknown): TriggerRow {
  if (row === undefined) throw new NotFoundError('trigger', field, value);
  return row;
}
