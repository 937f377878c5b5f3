import { TransientError } from '@attune/domain';
import { sql } from 'kysely';
import { inTransaction, openDatabase, retryTransient } from './database.js';
import { findPackByRef, insertPack } from './repositories/pack.repository.js';
import { statement } from './statement.js';
import { useTestDatabase } from './testing/index.js';

const database = useTestDatabase();

/** As a restart of the server does: every connection of this database ends. */
async function cutConnections(): Promise<void> {
  const other = database.open({ poolSize: 1 });
  await sql`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`.execute(other.db);
}

it('gives 64-bit integers and counts as numbers, times as dates', async () => {
  const { rows } = await sql`select 9007199254740991::bigint as big, count(*) as n, timestamptz 'epoch' as t
    from (select) one`.execute(database.db);

  expect(rows).toEqual([{ big: 9007199254740991, n: 1, t: new Date(0) }]);
});

it('commits what a transaction wrote, and leaves nothing when it fails', async () => {
  await inTransaction(database.db, (trx) => insertPack(trx, pack('kept')));
  const failing = inTransaction(database.db, async (trx) => {
    await insertPack(trx, pack('gone'));
    throw new Error('changed my mind');
  });

  await expect(failing).rejects.toThrow('changed my mind');
  expect(await findPackByRef(database.db, 'kept')).toMatchObject({ ref: 'kept' });
  expect(await findPackByRef(database.db, 'gone')).toBeUndefined();
});

it('uses the transaction that is open instead of one of its own', async () => {
  const failing = inTransaction(database.db, async (trx) => {
    await inTransaction(trx, (inner) => insertPack(inner, pack('inner')));
    throw new Error('after the inner one');
  });

  await expect(failing).rejects.toThrow('after the inner one');
  expect(await findPackByRef(database.db, 'inner')).toBeUndefined();
});

it('fails running statements with TransientError when the server goes away, and works again afterwards', async () => {
  const own = database.open({ poolSize: 3 });
  const running = [1, 2, 3].map(() =>
    sql`select pg_sleep(60)`.execute(own.db).catch((error: unknown) => error),
  );
  await untilRunning(3, 'select pg_sleep(60)');

  await cutConnections();

  expect(await Promise.all(running)).toEqual([
    expect.any(TransientError),
    expect.any(TransientError),
    expect.any(TransientError),
  ]);
  await expect(retryTransient(() => insertPack(own.db, pack('again')))).resolves.toMatchObject({
    ref: 'again',
  });
});

it('survives the loss of idle connections', async () => {
  const own = database.open({ poolSize: 2 });
  await Promise.all([1, 2].map(() => sql`select pg_sleep(0.01)`.execute(own.db)));

  await cutConnections();

  await expect(retryTransient(() => sql`select 1 as one`.execute(own.db))).resolves.toMatchObject({
    rows: [{ one: 1 }],
  });
});

describe('plans', () => {
  const text = (comment: string) => `select g.id from jsonb_to_recordset($1::jsonb) as i(id bigint)
    join public.growing g on g.id = i.id /* ${comment} */`;
  const kept = statement<{ id: number }>('test_kept', text('kept'), { keepPlan: true });
  const planned = statement<{ id: number }>('test_planned', text('planned'));
  const input = ['[{"id": 1}]'];

  beforeAll(async () => {
    await sql`create table public.growing (id bigint primary key) with (autovacuum_enabled = off)`.execute(
      database.db,
    );
    await sql`vacuum public.growing`.execute(database.db);
  });

  it('are kept for the statements that ask for it', async () => {
    const { db } = database.open({ poolSize: 1 });
    for (let run = 0; run < 7; run += 1) {
      await kept.run(db, input);
      await planned.run(db, input);
    }

    const { rows } = await sql`select name, generic_plans > 0 as kept from pg_prepared_statements`.execute(
      db,
    );
    expect(rows).toEqual([{ name: 'test_kept', kept: true }]);
  });

  it('are made anew for tables that have grown, in a transaction too', async () => {
    const { db } = database.open({ poolSize: 1 });
    const plan = async () => {
      const { rows } = await sql.raw(`explain execute test_kept('${input[0]}')`).execute(db);
      return JSON.stringify(rows);
    };
    for (let run = 0; run < 7; run += 1) await kept.run(db, input);
    const before = await plan();
    await sql`insert into public.growing select generate_series(1, 20000)`.execute(db);
    const unchanged = await plan();

    while (!(await plan()).includes('Index')) await inTransaction(db, (trx) => kept.run(trx, input));

    expect([before, unchanged]).toEqual([before, before]);
    expect(before).toContain('Seq Scan on growing');
  });
});

it('throws away a connection whose answer does not come', async () => {
  const own = openDatabase({ url: database.url, poolSize: 1, statementTimeoutMs: 100 });
  await sql`set statement_timeout = 0`.execute(own.db);

  await expect(sql`select pg_sleep(60)`.execute(own.db)).rejects.toThrow(TransientError);

  await expect(sql`select 1 as one`.execute(own.db)).resolves.toMatchObject({ rows: [{ one: 1 }] });
  await own.close();
});

it('loses a transaction whose connection is cut, all of it', async () => {
  const own = database.open({ poolSize: 1 });
  const cut = inTransaction(own.db, async (trx) => {
    await insertPack(trx, pack('half'));
    await cutConnections();
    await insertPack(trx, pack('other_half'));
  });

  await expect(cut).rejects.toThrow(TransientError);
  expect(await findPackByRef(own.db, 'half')).toBeUndefined();
});

it('repeats work that failed with TransientError, a bounded number of times', async () => {
  let calls = 0;
  const third = retryTransient(async () => {
    calls += 1;
    if (calls < 3) throw new TransientError('not yet');
    return calls;
  });
  await expect(third).resolves.toBe(3);

  const never = retryTransient(() => Promise.reject(new TransientError('never')), { tries: 2 });
  await expect(never).rejects.toThrow('never');

  const other = retryTransient(() => Promise.reject(new Error('mine')));
  await expect(other).rejects.toThrow('mine');
});

it('says in its health what is wrong', async () => {
  const own = database.open({ poolSize: 1 });
  expect(await own.health()).toEqual({
    checks: { database: { ok: true, detail: '1 connections, 1 idle, 0 waiting' } },
  });

  await own.close();
  expect(await own.health()).toMatchObject({ checks: { database: { ok: false } } });
});

it('closes once, however often it is asked to', async () => {
  const own = database.open({ poolSize: 1 });
  await sql`select 1`.execute(own.db);

  await Promise.all([own.close(), own.close()]);

  await expect(own.close()).resolves.toBeUndefined();
});

function pack(ref: string) {
  return { ref, label: ref, version: '1.0.0' };
}

async function untilRunning(count: number, query: string): Promise<void> {
  const running = await sql<{ n: number }>`select count(*) as n from pg_stat_activity
    where datname = current_database() and query = ${query} and state = 'active'`.execute(database.db);
  if (running.rows[0]?.n !== count) await untilRunning(count, query);
}
