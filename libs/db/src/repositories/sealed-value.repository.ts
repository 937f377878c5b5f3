import type { Db } from '../database.js';
import { inNewEpoch } from '../definition.js';
import { toJson } from '../json.js';
import type { SecretBox } from '../secrets/secret-box.js';
import { SecretError } from '../secrets/secret-box.js';
import { sealedColumns } from '../secrets/sealed-columns.js';
import type { RewrappedRow, SealedColumn, SealedRow } from '../secrets/sealed-columns.js';
import { statement } from '../statement.js';

/** How far a walk over all sealed values has come; made by `rewrapSecrets`. */
export interface RewrapPosition {
  column: number;
  row: string | null;
}

export interface RewrapRequest {
  /** Values, or documents, at most. */
  limit: number;
  /** `next` of the batch before; left out = from the start. */
  after?: RewrapPosition | undefined;
}

export interface RewrapReport {
  /** Values, and documents with values, found under another master key. */
  looked_at: number;
  rewrapped: number;
  /** Which values do not open, and why; they stay as they are. */
  unreadable: string[];
  /** Absent when the walk is complete. */
  next?: RewrapPosition;
}

export interface SealedCount {
  /** Of the master key. */
  kid: string;
  values: number;
}

const countStatement = statement<SealedCount>(
  'count_sealed_values',
  `select kid, count(*) as values from (
${sealedColumns.map(({ kids }) => `  ${kids}`).join('\n  union all\n')}
) sealed where kid is not null group by kid order by kid`,
);

/**
 * Brings a batch of sealed values under the current master key; with `after` of the batch before, until there is no
 * `next`, all of them. Safe to stop anywhere, to repeat, and to do in several processes at once: a value that was
 * changed meanwhile stays as it is now. Values sealed by a process that still has another current key come later, so
 * it is repeated until `countSealedValues` knows one key only.
 */
export async function rewrapSecrets(
  db: Db,
  box: SecretBox,
  { limit, after = { column: 0, row: null } }: RewrapRequest,
): Promise<RewrapReport> {
  const column = sealedColumns[after.column];
  if (column === undefined) return { looked_at: 0, rewrapped: 0, unreadable: [] };
  const found = await column.find.run(db, [box.kid, after.row, limit]);
  const { rewrapped, unreadable } = rewrapRows(box, column, found);
  const written = rewrapped.length === 0 ? [] : await rewrite(db, column, rewrapped);
  const last = found.at(limit - 1);
  const next = last === undefined ? nextColumn(after.column) : { column: after.column, row: last.name };
  const report = { looked_at: found.length, rewrapped: written.length, unreadable };
  return next === undefined ? report : { ...report, next };
}

/** Which master keys are still needed, and for how many values. */
export async function countSealedValues(db: Db): Promise<SealedCount[]> {
  return countStatement.run(db, []);
}

function rewrite(db: Db, column: SealedColumn, rows: readonly RewrappedRow[]): Promise<{ name: string }[]> {
  const write = (on: Db) => column.rewrite.run(on, [toJson(rows)]);
  return column.isDefinition ? inNewEpoch(db, write) : write(db);
}

function rewrapRows(box: SecretBox, column: SealedColumn, found: readonly SealedRow[]) {
  const rewrapped: RewrappedRow[] = [];
  const unreadable: string[] = [];
  for (const row of found) {
    try {
      rewrapped.push({ ...row, rewrapped: column.rewrap(box, row) });
    } catch (error) {
      if (!(error instanceof SecretError)) throw error;
      unreadable.push(error.message);
    }
  }
  return { rewrapped, unreadable };
}

function nextColumn(column: number): RewrapPosition | undefined {
  return column + 1 < sealedColumns.length ? { column: column + 1, row: null } : undefined;
}
