import type { ArtifactRetention } from '@attune/domain';
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
import type { SensorRow } from '../schema/index.js';
import { optionalTwinOf, packOf } from './reference.js';

export interface NewSensor {
  ref: string;
  label: string;
  description?: string | null | undefined;
  entrypoint: string;
  runtime_ref: string;
  runtime_version_constraint?: string | null | undefined;
  enabled?: boolean | undefined;
  /** Made by a person, not by the files of the pack: survives updates of the pack. */
  is_adhoc?: boolean | undefined;
  partitions?: number | undefined;
  param_schema?: Record<string, unknown> | null | undefined;
  config?: Record<string, unknown> | null | undefined;
  worker_selector?: Record<string, unknown> | undefined;
  worker_tolerations?: readonly unknown[] | undefined;
  worker_affinity?: Record<string, unknown> | undefined;
  log_retention_policy?: ArtifactRetention | null | undefined;
  log_retention_limit?: number | null | undefined;
  artifact_retention_policy?: ArtifactRetention | null | undefined;
  artifact_retention_limit?: number | null | undefined;
}

/** undefined keeps, null clears; `ref` is immutable. */
export type SensorPatch = Patch<Omit<NewSensor, 'ref'>>;

export interface SensorFilter {
  /** `*` is a wildcard, here and in other refs. */
  ref?: string | undefined;
  pack_ref?: string | undefined;
  enabled?: boolean | undefined;
}

/** Triggers that name it by ref and lost it when it was deleted have it again. */
export async function insertSensor(db: Db, values: NewSensor, by?: Authorship): Promise<SensorRow> {
  return changeDefinition(db, 'sensor', by, async (trx) => {
    const { runtime_ref, ...rest } = values;
    const runtime = await optionalTwinOf(trx, 'sensor', 'runtime', runtime_ref);
    const pack = await packOf(trx, 'sensor', values.ref);
    const row = await trx
      .insertInto('sensor')
      .values(toInsert('sensor', { ...rest, ...runtime, ...pack }))
      .returningAll()
      .executeTakeFirstOrThrow();
    await trx
      .updateTable('trigger')
      .set({ sensor: row.id })
      .where('sensor_ref', '=', row.ref)
      .where('sensor', 'is', null)
      .execute();
    return row;
  });
}

export async function findSensor(db: Db, id: number): Promise<SensorRow | undefined> {
  return db.selectFrom('sensor').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function findSensorByRef(db: Db, ref: string): Promise<SensorRow | undefined> {
  return db.selectFrom('sensor').selectAll().where('ref', '=', ref).executeTakeFirst();
}

export async function getSensor(db: Db, id: number): Promise<SensorRow> {
  return orNotFound(await findSensor(db, id), 'id', id);
}

export async function getSensorByRef(db: Db, ref: string): Promise<SensorRow> {
  return orNotFound(await findSensorByRef(db, ref), 'ref', ref);
}

/** By ref. */
export async function listSensors(db: Db, filter: SensorFilter, page: PageRequest): Promise<Page<SensorRow>> {
  const query = db
    .selectFrom('sensor')
    .selectAll()
    .where(
      allOf(
        matchesRef('sensor.ref', filter.ref),
        matchesRef('sensor.pack_ref', filter.pack_ref),
        equals('sensor.enabled', filter.enabled),
      ),
    );
  return fetchPage(query, byRef('sensor'), page);
}

export async function updateSensor(
  db: Db,
  id: number,
  patch: SensorPatch,
  by?: Authorship,
): Promise<SensorRow> {
  if (isEmptyPatch(patch)) return getSensor(db, id);
  return changeDefinition(db, 'sensor', by, async (trx) => {
    const { runtime_ref, ...rest } = patch;
    const runtime = await optionalTwinOf(trx, 'sensor', 'runtime', runtime_ref);
    const row = await trx
      .updateTable('sensor')
      .set({ ...toUpdate('sensor', { ...rest, ...runtime }), updated: sql`now()` })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst();
    return orNotFound(row, 'id', id);
  });
}

/** Its triggers stay, without a sensor. */
export async function deleteSensor(db: Db, id: number): Promise<boolean> {
  return deleteDefinition(db, 'sensor', id);
}

function orNotFound(row: SensorRow | undefined, field: string, value: unknown): SensorRow {
  if (row === undefined) throw new NotFoundError('sensor', field, value);
  return row;
}
