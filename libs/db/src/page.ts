import { ValidationError } from '@attune/domain';
import type { RawBuilder, SelectQueryBuilder } from 'kysely';
import { sql } from 'kysely';

/** Which part of a list. `cursor` continues after an earlier page; `offset` is for page numbers. */
export interface PageRequest {
  /** Rows at most; 1 to 1,000, other values are clamped. */
  limit: number;
  cursor?: string | undefined;
  offset?: number | undefined;
  /** Count all rows that match: costs a scan on large tables. */
  total?: boolean | undefined;
}

export interface Page<Row> {
  items: Row[];
  /** Absent on the last page. */
  nextCursor?: string;
  total?: number;
}

/**
 * The order of a list. `key` must be unique, so that pages neither repeat nor skip a row; it goes into the
 * cursor as text, because a JavaScript Date would lose the microseconds of a timestamptz.
 */
export interface Keyset {
  columns: readonly KeyColumn[];
  direction: 'asc' | 'desc';
}

export interface KeyColumn {
  name: string;
  type: 'text' | 'int8' | 'timestamptz' | 'int4' | 'uuid';
  /** Of a nullable column, which nothing can be compared with: the SQL value that NULL is ordered as. */
  missing?: string;
}

const maxLimit = 1_000;

/** Definitions and their like. */
export function byRef(table: string, column = 'ref'): Keyset {
  return { columns: [{ name: `${table}.${column}`, type: 'text' }], direction: 'asc' };
}

/** Newest first. */
export function byAge(table: string): Keyset {
  const columns = [
    { name: `${table}.created`, type: 'timestamptz' },
    { name: `${table}.id`, type: 'int8' },
  ] as const;
  return { columns, direction: 'desc' };
}

/**
 * Events, enforcements and executions: their ids are drawn by the statement that stamps `created`, and an
 * index of its own for the same order would be written for each row. Newest first, or children in the order
 * they were made.
 */
export function byId(table: string, direction: 'asc' | 'desc' = 'desc'): Keyset {
  return { columns: [{ name: `${table}.id`, type: 'int8' }], direction };
}

/** Runs a filtered, unordered query as one page of its list. */
export async function fetchPage<DB, Tables extends keyof DB, Row>(
  query: SelectQueryBuilder<DB, Tables, Row>,
  keyset: Keyset,
  page: PageRequest,
): Promise<Page<Row>> {
  const limit = Math.min(Math.max(Math.trunc(page.limit), 1), maxLimit);
  const found = await pageQuery(query, keyset, { ...page, limit: limit + 1 }).execute();
  const rows = found as (Row & { page_key: string[] })[];
  const items = rows.slice(0, limit).map(({ page_key: _key, ...row }) => row as Row);
  const result: Page<Row> = { items };
  const last = rows[limit - 1];
  if (rows.length > limit && last !== undefined) result.nextCursor = encodeCursor(last.page_key);
  if (page.total === true) result.total = await countRows(query);
  return result;
}

function pageQuery<DB, Tables extends keyof DB, Row>(
  query: SelectQueryBuilder<DB, Tables, Row>,
  keyset: Keyset,
  page: PageRequest,
) {
  const names = keyset.columns.map(keyOf);
  const texts = names.map((name) => sql`${name}::text`);
  const selected = query
    .select(sql<string[]>`array[${sql.join(texts)}]`.as('page_key'))
    .orderBy(sql.join(names.map((name) => sql`${name} ${sql.raw(keyset.direction)}`)))
    .limit(page.limit);
  if (page.cursor !== undefined) return selected.where(afterCursor(keyset, page.cursor));
  return page.offset === undefined ? selected : selected.offset(page.offset);
}

/**
 * A row comparison: PostgreSQL turns it into the start of an index scan. The first column is compared by itself as
 * well: where the columns are of two tables, that is what the index scan starts from.
 */
function afterCursor(keyset: Keyset, cursor: string): RawBuilder<boolean> {
  const key = decodeCursor(cursor, keyset.columns.length);
  const names = keyset.columns.map(keyOf);
  const values = keyset.columns.map((column, index) => sql`${key[index]}::${sql.raw(column.type)}`);
  const comparison = sql.raw(keyset.direction === 'asc' ? '>' : '<');
  const after = sql<boolean>`(${sql.join(names)}) ${comparison} (${sql.join(values)})`;
  if (names.length === 1) return after;
  return sql<boolean>`${names[0]} ${comparison}= ${values[0]} and ${after}`;
}

function keyOf({ name, missing }: KeyColumn): RawBuilder<unknown> {
  return missing === undefined ? sql.ref(name) : sql`coalesce(${sql.ref(name)}, ${sql.raw(missing)})`;
}

async function countRows<DB, Tables extends keyof DB, Row>(
  query: SelectQueryBuilder<DB, Tables, Row>,
): Promise<number> {
  const counted = await query
    .clearSelect()
    .select(sql<number>`count(*)`.as('total'))
    .executeTakeFirstOrThrow();
  return (counted as { total: number }).total;
}

function encodeCursor(key: readonly string[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

function decodeCursor(cursor: string, size: number): string[] {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(key) && key.length === size && key.every((part) => typeof part === 'string')) {
      return key;
    }
  } catch {
    // falls through: whatever it is, it is not ours
  }
  throw new ValidationError('the cursor is not one that this list has handed out', {
    details: [{ path: 'cursor', message: 'is not a cursor of this list' }],
  });
}
