import { errorMessage } from '@attune/domain';
import { counter } from '@attune/service';
import type { Log } from '@attune/service';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import pg from 'pg';
import { breaksConnection, translateError } from './errors.js';
import { preparedName } from './statement.js';

const int8 = 20;
const planAgeMs = 1_000;

/** When a connection last began to keep plans. */
const plannedSince = new WeakMap<pg.PoolClient, number>();

const statements = counter({
  name: 'attune_db_statements_total',
  help: 'statements sent to PostgreSQL, those that open and end transactions included',
});

export interface PoolOptions {
  url: string;
  poolSize: number;
  applicationName: string;
  statementTimeoutMs: number;
  log?: Log | undefined;
}

/** The part of pg's pool that health reports need. */
export interface PoolCounts {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
}

/**
 * The pool as kysely wants it, with what pg leaves to its users: errors are ours (errors.ts), a connection
 * that broke or hangs is thrown away instead of being handed out again, an error between statements does not
 * end the process, hot statements keep their plans for a second. The server may restart at any time: the
 * statements it interrupts fail with TransientError, later ones find fresh connections.
 */
export function openPool(options: PoolOptions): PostgresPool & PoolCounts {
  const pool = new pg.Pool(poolConfig(options));
  const report = (error: unknown) =>
    options.log?.warn({ event: 'database.connection_lost', reason: errorMessage(error) });
  pool.on('error', report);
  // While a client is lent out pg-pool does not listen: the statement it runs fails, that is enough.
  pool.on('connect', (client) => client.on('error', () => undefined));
  let ended: Promise<void> | undefined;
  return {
    connect: async () => supervise(await connect(pool)),
    end: () => (ended ??= pool.end()),
    get totalCount() {
      return pool.totalCount;
    },
    get idleCount() {
      return pool.idleCount;
    },
    get waitingCount() {
      return pool.waitingCount;
    },
  };
}

function poolConfig(options: PoolOptions): pg.PoolConfig {
  return {
    connectionString: options.url,
    max: options.poolSize,
    application_name: options.applicationName,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    statement_timeout: options.statementTimeoutMs,
    lock_timeout: 10_000,
    idle_in_transaction_session_timeout: 60_000,
    // Finds a half-open connection: the server would have ended the statement before.
    query_timeout: options.statementTimeoutMs + Math.min(options.statementTimeoutMs, 5_000),
    // auto: what has no name is planned for its values, each time; of what has one, the plan is kept (keepPlan).
    // The default of 4 for a random page is that of a turning disk. To compile a plan costs more than our statements
    // take, however dear the planner thinks they are.
    options: '-c plan_cache_mode=auto -c random_page_cost=1.1 -c jit=off',
    types: { getTypeParser },
  };
}

/** int8 as number: ids and counts stay below 2^53. */
function getTypeParser(oid: number, format?: 'text' | 'binary') {
  return oid === int8 ? Number : pg.types.getTypeParser(oid, format);
}

async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw translateError(error);
  }
}

function supervise(client: pg.PoolClient): PostgresPoolClient {
  let broken = false;
  const query = async <Row>(text: string, parameters: readonly unknown[]) => {
    const name = preparedName(text);
    try {
      if (name !== undefined) await renewPlans(client);
      statements.inc();
      const config = { text, values: [...parameters], ...(name === undefined ? {} : { name }) };
      const { command, rowCount, rows } = await client.query<Row & pg.QueryResultRow>(config);
      return { command, rowCount, rows };
    } catch (error) {
      broken ||= breaksConnection(error);
      throw translateError(error);
    }
  };
  // kysely asks for cursors too, with a second signature; streams are not used here.
  return { query: query as PostgresPoolClient['query'], release: () => client.release(broken) };
}

/**
 * Plans are made for the tables as they are, or were a second ago: a plan that was made while tables were small
 * would go on reading all of them when they have grown, until the next ANALYZE.
 */
async function renewPlans(client: pg.PoolClient): Promise<void> {
  const now = performance.now();
  const since = plannedSince.get(client);
  if (since !== undefined && now - since < planAgeMs) return;
  plannedSince.set(client, now);
  if (since === undefined) return;
  statements.inc();
  await client.query('discard plans');
}
