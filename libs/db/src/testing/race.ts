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
