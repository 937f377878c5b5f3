import { randomBytes } from 'node:crypto';
import {
  claimExecutions,
  dropDatabase,
  ensureDatabase,
  finishExecutions,
  insertAction,
  insertExecutions,
  insertPack,
  insertRuntime,
  listDefinitionVersions,
  migrate,
  openDatabase,
  registerWorker,
  scheduleExecutions,
  type Db,
  type WorkerHold,
} from '@attune/db';
import pg from 'pg';
import type { Attempt } from './contestant.js';

/** A database of its own with what executions refer to: an action, and a worker that holds its lease throughout. */
export interface Ground {
  url: string;
  db: Db;
  /** For what neither side does. */
  observer: pg.Pool;
  action: { id: number; ref: string; version: number };
  worker: WorkerHold;
  close(): Promise<void>;
}

const dayMs = 24 * 60 * 60 * 1000;

export async function createGround(server: string): Promise<Ground> {
  const name = `attune_bench_${randomBytes(5).toString('hex')}`;
  const url = await ensureDatabase(server, name);
  const database = openDatabase({ url, poolSize: 1, applicationName: 'attune-bench' });
  const observer = new pg.Pool({ connectionString: url, max: 1 });
  // A pool has ended before its connections have.
  observer.on('error', () => undefined);
  const close = async () => {
    await database.close();
    await observer.end();
    await dropDatabase(server, name);
  };
  try {
    const { db } = database;
    await migrate(db);
    const action = await defineAction(db);
    const { id, incarnation } = await registerWorker(db, { name: 'bench', slots: 8, leaseMs: dayMs });
    const ground = { url, db, observer, action, worker: { workerId: id, incarnation }, close };
    await fill(ground, 10_000);
    return ground;
  } catch (error) {
    await close();
    throw error;
  }
}

/** What lies between request and claim, the same for both and not measured. */
export async function schedule({ db }: Ground, requested: readonly { id: number }[]): Promise<Attempt[]> {
  const plans = requested.map(({ id }) => ({ id, dispatch_queue: 'dispatch.noop' }));
  return scheduleExecutions(db, plans);
}

async function defineAction(db: Db): Promise<Ground['action']> {
  await insertPack(db, { ref: 'bench', label: 'Bench', version: '1.0.0' });
  await insertRuntime(db, { ref: 'bench.noop', name: 'noop' });
  const { id, ref } = await insertAction(db, {
    ref: 'bench.noop',
    label: 'Nothing',
    entrypoint: 'noop',
    runtime_ref: 'bench.noop',
  });
  const { items } = await listDefinitionVersions(db, { entityType: 'action', ref }, { limit: 1 });
  return { id, ref, version: items[0]?.id ?? 0 };
}

/**
 * Tables as they are in use, and known to the planner. On empty ones the yardstick, which keeps its plans for
 * good, would read all rows from then on.
 */
async function fill(ground: Ground, rows: number): Promise<void> {
  const { db, action, worker, observer } = ground;
  for (let left = rows; left > 0; left -= 500) {
    const requests = Array.from({ length: 500 }, () => ({ action_ref: action.ref, config: {} }));
    const scheduled = await schedule(ground, await insertExecutions(db, requests));
    const claimed = await claimExecutions(db, scheduled, worker);
    const outcomes = claimed.map(({ id, attempt }) => ({ id, attempt, status: 'completed' as const }));
    await finishExecutions(db, outcomes, worker);
  }
  await observer.query('vacuum analyze');
}
