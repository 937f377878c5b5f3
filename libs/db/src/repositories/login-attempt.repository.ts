import type { Db } from '../database.js';
import { statement } from '../statement.js';

/*
 * The row lock lets attempts at the same moment count one after the other. A refused one writes nothing, and may not
 * see the lock that it met: that one is new, and lasts a second at least.
 */
const beginStatement = statement<{ wait: number }>(
  'begin_login_attempt',
  `with counted as (
  insert into attune.login_attempt as a (login_hash, failures, locked_until)
  values ($1, 1, now() + make_interval(secs => nullif(($2::integer[])[1], 0)))
  on conflict (login_hash) do update set
    failures = a.failures + 1,
    attempted_at = now(),
    locked_until = now()
      + make_interval(secs => nullif(($2::integer[])[least(a.failures + 1, cardinality($2::integer[]))], 0))
  where coalesce(a.locked_until <= now(), true)
  returning 0 as wait
), refused as (
  select max(ceil(extract(epoch from a.locked_until - now())))::integer as wait
  from attune.login_attempt a where a.login_hash = $1
)
select coalesce((select wait from counted), greatest(1, (select wait from refused))) as wait`,
);

/**
 * Counts an attempt before its outcome is known; `clearLoginAttempts` after one that succeeds. `lockSeconds` are the
 * waits after the first, second … attempt without success, the last one after all further ones. Returns the seconds,
 * by database time, to wait for the next attempt; 0: this one may go on.
 */
export async function beginLoginAttempt(
  db: Db,
  loginHash: string,
  lockSeconds: readonly number[],
): Promise<number> {
  const [{ wait } = { wait: 0 }] = await beginStatement.run(db, [loginHash, lockSeconds]);
  return wait;
}

export async function clearLoginAttempts(db: Db, loginHash: string): Promise<void> {
  await db.deleteFrom('login_attempt').where('login_hash', '=', loginHash).execute();
}
