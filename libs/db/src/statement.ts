import { CompiledQuery } from 'kysely';
import type { Db } from './database.js';

/** By text, of the statements whose plans are kept. */
const names = new Map<string, string>();

/** One SQL text for every batch size. */
export interface Statement<Row> {
  readonly name: string;
  readonly text: string;
  run(db: Db, parameters: readonly unknown[]): Promise<Row[]>;
}

export interface StatementOptions {
  /**
   * Connections prepare it and keep its plan for a while (pool.ts); planning it costs more than running it for
   * one row. For statements of the hot path whose plan does not depend on the values: rows are found by keys
   * that come as JSON, of whose size the planner knows nothing either way. Without it, a statement is planned
   * for the values of each call.
   */
  keepPlan?: boolean;
}

/** A statement written out: its CTEs are the point, and the text is constant. Names are unique. */
export function statement<Row>(name: string, text: string, options: StatementOptions = {}): Statement<Row> {
  if (options.keepPlan === true) names.set(text, name);
  return {
    name,
    text,
    run: async (db, parameters) => {
      const result = await db.executeQuery(CompiledQuery.raw(text, [...parameters]));
      return result.rows as Row[];
    },
  };
}

/** The name under which a connection keeps this text prepared, with its plan; undefined for all others. */
export function preparedName(text: string): string | undefined {
  return names.get(text);
}
