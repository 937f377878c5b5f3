import type { HealthReport, Log } from '@attune/service';
import type { Kysely, Transaction } from 'kysely';
import type { Schema } from './schema/index.js';

/** Where statements are sent: the pool, or a transaction where one is open (`Trx` fits everywhere). */
export type Db = Kysely<Schema>;
/** Demanded by functions that are only right inside a transaction. */
export type Trx = Transaction<Schema>;

export interface DatabaseOptions {
  url: string;
  /** Connections at most. */
  poolSize: number;
  /** Shown in pg_stat_activity. */
  applicationName?: string;
  log?: Log;
}

export interface Database {
  readonly db: Db;
  health(): Promise<HealthReport>;
  close(): Promise<void>;
}

export declare function openDatabase(options: DatabaseOptions): Database;

/** Runs `work` in a transaction: in the one `db` already is, or in its own. */
export declare function inTransaction<T>(db: Db, work: (trx: Trx) => Promise<T>): Promise<T>;
