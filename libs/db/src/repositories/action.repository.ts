import type {
  ArtifactRetention,
  Isolation,
  OutputFormat,
  ParameterDelivery,
  ParameterFormat,
  Retry,
} from '@attune/domain';
import { NotFoundError } from '@attune/domain';
import { sql } from 'kysely';
import type { Patch } from '../columns.js';
import { isEmptyPatch, toInsert, toUpdate } from '../columns.js';
import type { Db } from '../database.js';
import type { Authorship } from '../definition.js';
import { changeDefinition, deleteDefinition } from '../definition.js';
import { allOf, containsWords, isSet, matchesRef } from '../filter.js';
import type { Page, PageRequest } from '../page.js';
import { byRef, fetchPage } from '../page.js';
import type { ActionRow } from '../schema/index.js';
import { optionalTwinOf, packOf } from './reference.js';

export interface NewAction {
  ref: string;
  label: string;
  description?: string | null | undefined;
  enabled?: boolean | undefined;
  /** Made by a person, not by the files of the pack: survives updates of the pack. */
  is_adhoc?: boolean | undefined;
  /** A file of the pack, or the script itself for inline runtimes. */
  entrypoint: string;
  /** Absent or null for workflows. */
  runtime_ref?: string | null | undefined;
  runtime_version_constraint?: string | null | undefined;
  required_worker_runtimes?: Record<string, string> | undefined;
  worker_selector?: Record<string, unknown> | undefined;
  worker_tolerations?: readonly unknown[] | undefined;
  worker_affinity?: Record<string, unknown> | undefined;
  param_schema?: Record<string, unknown> | null | undefined;
  out_schema?: Record<string, unknown> | null | undefined;
  parameter_delivery?: ParameterDelivery | undefined;
  parameter_format?: ParameterFormat | undefined;
  output_format?: OutputFormat | undefined;
  isolation?: Isolation | null | undefined;
  timeout_seconds?: number | null | undefined;
  retry?: Retry | null | undefined;
  concurrency?: unknown;
  priority?: number | undefined;
  idempotent?: boolean | undefined;
  dry_run?: boolean | undefined;
  accesses_mcp?: boolean | undefined;
  /** Names of the keys a run may read. */
  secrets?: readonly string[] | undefined;
  tags?: readonly string[] | undefined;
  default_execution_permission_set_refs?: readonly string[] | undefined;
  log_retention_policy?: ArtifactRetention | null | undefined;
  log_retention_limit?: number | null | undefined;
  artifact_retention_policy?: ArtifactRetention | null | undefined;
  artifact_retention_limit?: number | null | undefined;
  workflow?: Record<string, unknown> | null | undefined;
}

/** undefined keeps, null clears; `ref` is immutable. */
export type ActionPatch = Patch<Omit<NewAction, 'ref'>>;

export interface ActionFilter {
  /** `*` is a wildcard, here and in other refs. */
  ref?: string | undefined;
  pack_ref?: string | undefined;
  runtime_ref?: string | undefined;
  is_workflow?: boolean | undefined;
  /** Words that must all occur in ref, label or description. */
  search?: string | undefined;
}

/** Rules that name it by ref and lost it when it was deleted have it again. */
export async function insertAction(db: Db, values: NewAction, by?: Authorship): Promise<ActionRow> {
  return changeDefinition(db, 'action', by, async (trx) => {
    const { runtime_ref, ...rest } = values;
    const runtime = await optionalTwinOf(trx, 'action', 'runtime', runtime_ref);
    const row = await trx
      .insertInto('action')
      .values(toInsert('action', { ...rest, ...runtime, ...(await packOf(trx, 'action', values.ref)) }))
      .returningAll()
      .executeTakeFirstOrThrow();
    await trx
      .updateTable('rule')
      .set({ action: row.id })
      .where('action_ref', '=', row.ref)
      .where('action', 'is', null)
      .execute();
    return row;
  });
}

export async function findAction(db: Db, id: number): Promise<ActionRow | undefined> {
  return db.selectFrom('action').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function findActionByRef(db: Db, ref: string): Promise<ActionRow | undefined> {
  return db.selectFrom('action').selectAll().where('ref', '=', ref).executeTakeFirst();
}

export async function getAction(db: Db, id: number): Promise<ActionRow> {
  return orNotFound(await findAction(db, id), 'id', id);
}

export async function getActionByRef(db: Db, ref: string): Promise<ActionRow> {
  return orNotFound(await findActionByRef(db, ref), 'ref', ref);
}

/** By ref. */
export async function listActions(db: Db, filter: ActionFilter, page: PageRequest): Promise<Page<ActionRow>> {
  const conditions = allOf(
    matchesRef('action.ref', filter.ref),
    matchesRef('action.pack_ref', filter.pack_ref),
    matchesRef('action.runtime_ref', filter.runtime_ref),
    isSet('action.workflow', filter.is_workflow),
    containsWords(['action.ref', 'action.label', 'action.description'], filter.search),
  );
  const query = db.selectFrom('action').selectAll().where(conditions);
  return fetchPage(query, byRef('action'), page);
}

export async function updateAction(
  db: Db,
  id: number,
  patch: ActionPatch,
  by?: Authorship,
): Promise<ActionRow> {
  if (isEmptyPatch(patch)) return getAction(db, id);
  return changeDefinition(db, 'action', by, async (trx) => {
    const { runtime_ref, ...rest } = patch;
    const runtime = await optionalTwinOf(trx, 'action', 'runtime', runtime_ref);
    const row = await trx
      .updateTable('action')
      .set({ ...toUpdate('action', { ...rest, ...runtime }), updated: sql`now()` })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst();
    return orNotFound(row, 'id', id);
  });
}

/** Executions that are under way carry the version they run; rules that name it stay and say so. */
export async function deleteAction(db: Db, id: number): Promise<boolean> {
  return deleteDefinition(db, 'action', id);
}

function orNotFound(row: ActionRow | undefined, field: string, value: unknown): ActionRow {
  if (row === undefined) throw new NotFoundError('action', field, value);
  return row;
}
