import type { Insertable, Updateable } from 'kysely';
import { toJson } from './json.js';
import type { Schema } from './schema/index.js';
import { jsonColumns } from './schema/json-columns.js';

/** A partial update: undefined keeps, null clears. */
export type Patch<Values> = { [Name in keyof Values]?: Values[Name] | undefined };

/** Values by column name; a name the table does not have is refused by the compiler. */
type ColumnsOf<Table extends keyof Schema, Values> = Values & {
  [Name in Exclude<keyof Values, keyof Schema[Table]>]: never;
};

/**
 * The one place where values become a row to insert: what is undefined is left out and filled by the
 * database, JSON columns become text (pg would take a list for a PostgreSQL array), null is NULL.
 */
export function toInsert<Table extends keyof Schema, Values extends object>(
  table: Table,
  values: ColumnsOf<Table, Values>,
): Insertable<Schema[Table]> {
  return toColumns(table, values) as unknown as Insertable<Schema[Table]>;
}

/** The same for an update: undefined keeps, null clears. */
export function toUpdate<Table extends keyof Schema, Values extends object>(
  table: Table,
  values: ColumnsOf<Table, Values>,
): Updateable<Schema[Table]> {
  return toColumns(table, values) as Updateable<Schema[Table]>;
}

/** True when a patch changes nothing. */
export function isEmptyPatch(patch: object): boolean {
  return Object.values(patch).every((value) => value === undefined);
}

/** What is undefined is left out, JSON columns become text, null is NULL. */
export function toColumns(table: keyof Schema, values: object): Record<string, unknown> {
  const json: Readonly<Record<string, true>> = table in jsonColumns ? jsonColumns[table as 'action'] : {};
  const entries = Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, json[name] === true && value !== null ? toJson(value) : value]);
  return Object.fromEntries(entries);
}
