import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely';
import { Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import type { Db } from '../database.js';
import type { Schema } from '../schema/index.js';

/** Answers of a database that is not there, one per statement; the last one is repeated. */
export type Answers = readonly (readonly object[])[];

export interface Recording {
  db: Db;
  /** In the order they were sent. */
  statements: CompiledQuery[];
}

/** A database that writes down what it is asked, and answers with the rows it is given. */
export function recordStatements(answers: Answers): Recording {
  const statements: CompiledQuery[] = [];
  const connection: DatabaseConnection = {
    executeQuery: <Row>(query: CompiledQuery): Promise<QueryResult<Row>> => {
      const rows = answers[Math.min(statements.length, answers.length - 1)] ?? [];
      statements.push(query);
      return Promise.resolve({ rows: [...rows] as Row[], numAffectedRows: BigInt(rows.length) });
    },
    streamQuery: () => {
      throw new Error('nothing streams');
    },
  };
  const db = new Kysely<Schema>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => driverOf(connection),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
  return { db: db.withSchema('attune'), statements };
}

/** Begin, commit and rollback are not recorded. */
function driverOf(connection: DatabaseConnection): Driver {
  const nothing = () => Promise.resolve();
  return {
    init: nothing,
    acquireConnection: () => Promise.resolve(connection),
    beginTransaction: nothing,
    commitTransaction: nothing,
    rollbackTransaction: nothing,
    releaseConnection: nothing,
    destroy: nothing,
  };
}
