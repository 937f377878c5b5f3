import { errorMessage, TransientError } from '@attune/domain';
import type { HealthReport, Log } from '@attune/service';
import { Kysely, PostgresDialect, sql } from 'kysely';
import type { Transaction } from 'kysely';
import { setTimeout as delay } from 'node:timers/promises';
import type { PoolCounts } from './pool.js';
import { openPool } from './pool.js';
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
  /** The server ends a statement after this time; default 30 s. */
  statementTimeoutMs?: number;
  log?: Log;
}

export interface Database {
  readonly db: Db;
  health(): Promise<HealthReport>;
  /** Waits for running statements. Idempotent. */
  close(): Promise<void>;
}

/** Connects on first use: a server that is away at the start is found when it comes. */
export function openDatabase(options: DatabaseOptions): Database {
  const pool = openPool({
    url: options.url,
    poolSize: options.poolSize,
    applicationName: options.applicationName ?? 'attune',
    statementTimeoutMs: options.statementTimeoutMs ?? 30_000,
    log: options.log,
  });
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) }).withSchema('attune');
  let closing: Promise<void> | undefined;
  return {
    db,
    health: () => checkHealth(db, pool),
    close: () => (closing ??= db.destroy().then(() => pool.end())),
  };
}

/** Runs `work` in a transaction: in the one `db` already is, or in its own. */
export async function inTransaction<T>(db: Db, work: (trx: Trx) => Promise<T>): Promise<T> {
  return db.isTransaction ? work(db as Trx) : db.transaction().execute(work);
}

/** Reads that belong together, on one connection; whatever would write is refused by the server. */
export async function readOnly<T>(db: Db, work: (trx: Trx) => Promise<T>): Promise<T> {
  return db.transaction().setAccessMode('read only').execute(work);
}

/**
 * Repeats `work` when it fails with TransientError: after 50 ms, then twice as long each time. Only for work
 * that may be done twice: the answer to a commit can be lost with the connection.
 */
export async function retryTransient<T>(work: () => Promise<T>, options?: { tries?: number }): Promise<T> {
  const tries = options?.tries ?? 4;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof TransientError) || attempt >= tries) throw error;
      await delay(50 * 2 ** (attempt - 1) * (0.5 + Math.random()));
    }
  }
}

async function checkHealth(db: Db, pool: PoolCounts): Promise<HealthReport> {
  try {
    await sql`select 1`.execute(db);
    const { totalCount, idleCount, waitingCount } = pool;
    const detail = `${totalCount} connections, ${idleCount} idle, ${waitingCount} waiting`;
    return { checks: { database: { ok: true, detail } } };
  } catch (error) {
    return { checks: { database: { ok: false, detail: errorMessage(error) } } };
  }
}
