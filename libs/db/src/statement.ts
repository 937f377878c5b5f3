import { CompiledQuery } from 'kysely';
import type { Db } from './database.js';

const names = new Map<string, string>();

/** One SQL text for every batch size. */
export interface Statement<Row> {
  readonly name: string;
  readonly text: string;
  run(db: Db, parameters: readonly unknown[]): Promise<Row[]>;
}

/**
 * A statement of the hot path, written out: its CTEs are the point, and the text is constant, so that each
 * connection parses it once (pool.ts prepares it under its name). Names are unique.
 */
export function statement<Row>(name: string, text: string): Statement<Row> {
  names.set(text, name);
  return {
    name,
    text,
    run: async (db, parameters) => {
      const result = await db.executeQuery(CompiledQuery.raw(text, [...parameters]));
      return result.rows as Row[];
    },
  };
}

/** The name under which a connection keeps this text prepared; undefined for everything ad hoc. */
export function preparedName(text: string): string | undefined {
  return names.get(text);
}
