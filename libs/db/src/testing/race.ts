import { sql } from 'kysely';
import type { Db } from '../database.js';

/**
 * The same work at once on as many connections, all of them open before the first one begins; answers by number.
 * The pool of useTestDatabase has 20.
 */
export async function race<T>(db: Db, times: number, work: (db: Db, n: number) => Promise<T>): Promise<T[]> {
  let missing = times;
  let begin: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => (begin = resolve));
  const runner = async (connection: Db, n: number) => {
    missing -= 1;
    if (missing === 0) begin();
    await ready;
    return work(connection, n);
  };
  return Promise.all(
    Array.from({ length: times }, (_, n) => db.connection().execute((connection) => runner(connection, n))),
  );
}

/** Resolves as soon as a connection to this database waits for what another one holds; fails after 10 s. */
export async function untilSomebodyWaits(db: Db): Promise<void> {
  const end = performance.now() + 10_000;
  for (let waiting = 0; waiting === 0;) {
    const { rows } = await sql<{ count: number }>`select count(*) from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(db);
    waiting = rows[0]?.count ?? 0;
    if (performance.now() > end) throw new Error('nobody waits for a lock');
  }
}
