import type { Db } from '../database.js';
import { toJson } from '../json.js';
import type { SealedValue, SecretBox } from '../secrets/secret-box.js';
import { SecretError } from '../secrets/secret-box.js';
import { secretPlaces } from '../secrets/secret-places.js';
import type { Statement } from '../statement.js';
import { statement } from '../statement.js';

/** How far a walk over all sealed values has come; made by `rewrapSecrets`. */
export interface RewrapPosition {
  column: number;
  row: string | null;
}

export interface RewrapRequest {
  /** Values at most. */
  limit: number;
  /** `next` of the batch before; left out = from the start. */
  after?: RewrapPosition | undefined;
}

export interface RewrapReport {
  /** Values found under another master key. */
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

interface SealedRow {
  name: string;
  sealed: unknown;
}

interface RewrappedRow extends SealedRow {
  rewrapped: SealedValue;
}

interface ColumnFacts {
  table: string;
  column: string;
  /** What names a row: unique, immutable, part of the place. With its type. */
  by: readonly [column: string, type: 'text' | 'bigint'];
  /** Where the row says the id of the master key a second time. */
  kid?: string;
  place: (name: string) => string;
}

interface SealedColumn extends ColumnFacts {
  find: Statement<SealedRow>;
  rewrite: Statement<{ name: string }>;
}

const columnFacts: readonly ColumnFacts[] = [
  { table: 'key', column: 'value', by: ['ref', 'text'], kid: 'encryption_key_id', place: secretPlaces.key },
  { table: 'signing_key', column: 'private_sealed', by: ['kid', 'text'], place: secretPlaces.signingKey },
  { table: 'trigger', column: 'webhook_key_sealed', by: ['id', 'bigint'], place: secretPlaces.webhookKey },
  {
    table: 'trigger',
    column: 'webhook_secret_sealed',
    by: ['id', 'bigint'],
    place: secretPlaces.webhookSecret,
  },
  {
    table: 'trigger',
    column: 'webhook_previous_secret_sealed',
    by: ['id', 'bigint'],
    place: secretPlaces.webhookSecret,
  },
];

const sealedColumns = columnFacts.map(withStatements);

const countStatement = statement<SealedCount>(
  'count_sealed_values',
  `select kid, count(*) as values from (
${columnFacts.map((facts) => `  select ${kidOf(facts)} as kid from attune.${facts.table}`).join('\n  union all\n')}
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
  const written = rewrapped.length === 0 ? [] : await column.rewrite.run(db, [toJson(rewrapped)]);
  const last = found.at(limit - 1);
  const next = last === undefined ? nextColumn(after.column) : { column: after.column, row: last.name };
  const report = { looked_at: found.length, rewrapped: written.length, unreadable };
  return next === undefined ? report : { ...report, next };
}

/** Which master keys are still needed, and for how many values. */
export async function countSealedValues(db: Db): Promise<SealedCount[]> {
  return countStatement.run(db, []);
}

function withStatements(facts: ColumnFacts): SealedColumn {
  const { table, column, kid } = facts;
  const [name, type] = facts.by;
  const find = statement<SealedRow>(
    `find_${table}_${column}_to_rewrap`,
    `select ${name}::text as name, ${column} as sealed from attune.${table}
where ${kidOf(facts)} <> $1 and ($2::${type} is null or ${name} > $2::${type})
order by ${name} limit $3`,
  );
  const rewrite = statement<{ name: string }>(
    `rewrap_${table}_${column}`,
    `with unchanged as materialized (
  select t.${name}, i.rewrapped
  from jsonb_to_recordset($1::jsonb) as i(name ${type}, sealed jsonb, rewrapped jsonb)
  join attune.${table} t on t.${name} = i.name and t.${column} = i.sealed
  order by t.${name} for no key update of t
)
update attune.${table} t
set ${column} = u.rewrapped${kid === undefined ? '' : `, ${kid} = u.rewrapped ->> 'kid'`}
from unchanged u where t.${name} = u.${name}
returning t.${name}::text as name`,
  );
  return { ...facts, find, rewrite };
}

function kidOf({ column, kid }: ColumnFacts): string {
  return kid ?? `${column} ->> 'kid'`;
}

function rewrapRows(box: SecretBox, { place }: SealedColumn, found: readonly SealedRow[]) {
  const rewrapped: RewrappedRow[] = [];
  const unreadable: string[] = [];
  for (const { name, sealed } of found) {
    try {
      rewrapped.push({ name, sealed, rewrapped: box.rewrap(sealed, place(name)) });
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
