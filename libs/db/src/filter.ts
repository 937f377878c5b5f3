import type { RawBuilder } from 'kysely';
import { sql } from 'kysely';

/** A part of a WHERE; undefined = not asked for. */
export type Condition = RawBuilder<boolean> | undefined;

/** All conditions that were asked for. */
export function allOf(...conditions: readonly Condition[]): RawBuilder<boolean> {
  const given = conditions.filter((condition) => condition !== undefined);
  return given.length === 0 ? sql<boolean>`true` : sql<boolean>`${sql.join(given, sql` and `)}`;
}

export function equals(column: string, value: string | number | boolean | undefined): Condition {
  return value === undefined ? undefined : sql<boolean>`${sql.ref(column)} = ${value}`;
}

/** `type` is that of the column; an empty list matches nothing. */
export function oneOf(column: string, values: readonly string[] | undefined, type: string): Condition {
  if (values === undefined) return undefined;
  return sql<boolean>`${sql.ref(column)} = any(${[...values]}::${sql.raw(type)}[])`;
}

/** From `after` on and before `before`. */
export function between(column: string, after: Date | undefined, before: Date | undefined): Condition {
  if (after === undefined && before === undefined) return undefined;
  const name = sql.ref(column);
  return allOf(
    after === undefined ? undefined : sql<boolean>`${name} >= ${after}`,
    before === undefined ? undefined : sql<boolean>`${name} < ${before}`,
  );
}

export function isSet(column: string, set: boolean | undefined): Condition {
  if (set === undefined) return undefined;
  return sql<boolean>`${sql.ref(column)} is ${sql.raw(set ? 'not null' : 'null')}`;
}

/** An element of a list column. */
export function contains(column: string, element: string | undefined): Condition {
  return element === undefined ? undefined : sql<boolean>`${element} = any(${sql.ref(column)})`;
}

/** All elements of a list column are among these. */
export function isWithin(column: string, elements: readonly string[] | undefined): Condition {
  return elements === undefined ? undefined : sql<boolean>`${sql.ref(column)} <@ ${[...elements]}::text[]`;
}

/** Equality, or with `*` in the pattern LIKE: `*` matches anything, all else is literal. */
export function matchesRef(column: string, pattern: string | undefined): Condition {
  if (pattern === undefined || !pattern.includes('*')) return equals(column, pattern);
  return sql<boolean>`${sql.ref(column)} like ${escapeLike(pattern).replaceAll('*', '%')}`;
}

/** Every word of the text occurs, in any case, in one of the columns. */
export function containsWords(columns: readonly string[], text: string | undefined): Condition {
  return hasWords(sql`concat_ws(' ', ${sql.join(columns.map((column) => sql.ref(column)))})`, text);
}

/** The same for the expression that an index is made of. */
export function hasWords(haystack: RawBuilder<unknown>, text: string | undefined): Condition {
  const words = (text ?? '').split(/\s+/).filter((word) => word !== '');
  return allOf(
    ...words.slice(0, 16).map((word) => sql<boolean>`${haystack} ilike ${`%${escapeLike(word)}%`}`),
  );
}

export function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, (character) => `\\${character}`);
}
