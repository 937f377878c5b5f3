import { NotFoundError } from '@attune/domain';
import type { Kysely, Selectable } from 'kysely';
import { sql } from 'kysely';
import { isEmptyPatch, toColumns } from './columns.js';
import type { Db } from './database.js';
import type { Condition } from './filter.js';
import { allOf } from './filter.js';
import type { Keyset, Page, PageRequest } from './page.js';
import { fetchPage } from './page.js';
import type { Id } from './schema/column.js';
import type { Schema } from './schema/index.js';
import type { LimitColumns, Limited } from './visible.js';
import { isVisible } from './visible.js';

/** Values by column name; a name that the row does not have is refused by the compiler. */
export type ValuesOf<Row, Values> = Values & { [Name in Exclude<keyof Values, keyof Row>]: never };

/** What the repository contract asks of every table; rows are whole. */
export interface Table<Row extends { id: unknown }> {
  find(db: Db, id: Row['id']): Promise<Row | undefined>;
  /** NotFoundError names table, column and value. */
  get(db: Db, id: Row['id']): Promise<Row>;
  /** By another column that is unique. */
  findBy<Column extends keyof Row>(column: Column): (db: Db, value: Row[Column]) => Promise<Row | undefined>;
  getBy<Column extends keyof Row>(column: Column): (db: Db, value: Row[Column]) => Promise<Row>;
  /** What is undefined is filled by the database. */
  insert<Values extends object>(db: Db, values: ValuesOf<Row, Values>): Promise<Row>;
  /**
   * undefined keeps, null clears; an empty patch is a read. NotFoundError when the row is absent, whatever the
   * patch. For tables that have `updated`.
   */
  update<Values extends object>(db: Db, id: Row['id'], patch: ValuesOf<Row, Values>): Promise<Row>;
  /** false when it was absent. */
  delete(db: Db, id: Row['id']): Promise<boolean>;
}

/** What a list may be asked for, and how it is ordered. */
export interface Listing<Filter, Column extends string> {
  order: Keyset;
  conditions: (filter: Filter) => readonly Condition[];
  /** Those of a summary; all columns when left out. */
  columns?: readonly Column[];
  /** What grants may be limited by; left out: ids only. */
  limits?: LimitColumns;
}

/** Tables whose rows have an id. */
type IdTable = {
  [Name in keyof Schema]: Schema[Name] extends { id: unknown } ? Name : never;
}[keyof Schema];

type RowOf<Name extends IdTable> = Selectable<Schema[Name]> & {
  id: Schema[Name] extends { id: Id } ? number : string;
};

/** Which table it is decides nothing but the name in the SQL: typed by `Row`, built without it. */
type AnyDb = Kysely<Record<string, Record<string, unknown>>>;

/**
 * The part of the repository contract that is the same for every table, made once. Repositories offer what of it
 * their table has, under their own names, and add what is their own.
 */
export function tableOf<Name extends IdTable>(name: Name): Table<RowOf<Name>> {
  type Row = RowOf<Name>;
  const table: string = name;
  const find = async (db: Db, column: PropertyKey, value: unknown) => {
    const rows = anyTable(db).selectFrom(table).selectAll().where(String(column), '=', value);
    return (await rows.executeTakeFirst()) as Row | undefined;
  };
  const get = async (db: Db, column: PropertyKey, value: unknown) =>
    orNotFound(await find(db, column, value), { name, column, value });
  return {
    find: (db, id) => find(db, 'id', id),
    get: (db, id) => get(db, 'id', id),
    findBy: (column) => (db, value) => find(db, column, value),
    getBy: (column) => (db, value) => get(db, column, value),
    insert: async (db, values) => {
      const inserted = anyTable(db).insertInto(table).values(toColumns(name, values)).returningAll();
      return (await inserted.executeTakeFirstOrThrow()) as Row;
    },
    update: async (db, id, patch) => {
      if (isEmptyPatch(patch)) return get(db, 'id', id);
      const columns = { ...toColumns(name, patch), updated: sql`now()` };
      const changed = anyTable(db).updateTable(table).set(columns).where('id', '=', id).returningAll();
      const row = (await changed.executeTakeFirst()) as Row | undefined;
      return orNotFound(row, { name, column: 'id', value: id });
    },
    delete: async (db, id) => {
      const deleted = await anyTable(db).deleteFrom(table).where('id', '=', id).executeTakeFirst();
      return deleted.numDeletedRows > 0n;
    },
  };
}

/** A filtered list in pages, as every repository has one; of the rows that `visible` lets through. */
export function listOf<Row, Filter>(name: keyof Schema, listing: Listing<Filter, keyof Row & string>) {
  const { order, conditions, columns, limits = { id: `${name}.id` } } = listing;
  return async (db: Db, filter: Filter & Limited, page: PageRequest): Promise<Page<Row>> => {
    const rows = anyTable(db).selectFrom(name);
    const selected = columns === undefined ? rows.selectAll() : rows.select([...columns]);
    const asked = allOf(...conditions(filter), isVisible(filter.visible, limits));
    return (await fetchPage(selected.where(asked), order, page)) as unknown as Page<Row>;
  };
}

function orNotFound<Row>(
  row: Row | undefined,
  subject: { name: string; column: PropertyKey; value: unknown },
): Row {
  if (row !== undefined) return row;
  throw new NotFoundError(subject.name, String(subject.column), subject.value);
}

function anyTable(db: Db): AnyDb {
  return db as unknown as AnyDb;
}
