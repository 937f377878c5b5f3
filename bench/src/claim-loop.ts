import pg from 'pg';

const connections = 8;

/**
 * The yardstick: the least durable work that takes a job from waiting to done. Bare `pg`, one row at a time on
 * eight connections, two commits per row (claim with SKIP LOCKED, then complete). Answers rows per second.
 */
export async function measureClaimLoop(databaseUrl: string, rows: number): Promise<number> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: connections });
  try {
    await pool.query('drop table if exists bench_job');
    await pool.query(
      `create table bench_job (id bigint generated always as identity primary key, state text not null, data jsonb not null, result jsonb)`,
    );
    await pool.query(`create index on bench_job (id) where state = 'waiting'`);
    await pool.query(
      `insert into bench_job (state, data) select 'waiting', '{"a": 1}' from generate_series(1, $1::int)`,
      [rows],
    );
    const start = performance.now();
    await Promise.all(Array.from({ length: connections }, () => drain(pool)));
    return rows / ((performance.now() - start) / 1000);
  } finally {
    await pool.query('drop table if exists bench_job');
    await pool.end();
  }
}

async function drain(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  try {
    for (;;) {
      const { rows } = await client.query<{ id: string }>({
        name: 'claim',
        text: `update bench_job set state = 'running' where id =
               (select id from bench_job where state = 'waiting' order by id limit 1 for update skip locked)
               returning id`,
      });
      const id = rows[0]?.id;
      if (id === undefined) return;
      await client.query({
        name: 'complete',
        text: `update bench_job set state = 'done', result = '{"ok": true}' where id = $1`,
        values: [id],
      });
    }
  } finally {
    client.release();
  }
}
