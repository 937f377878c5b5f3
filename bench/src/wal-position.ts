import type pg from 'pg';

/** Bytes of write-ahead log so far, of the whole server. */
export async function walPosition(connection: Pick<pg.Pool, 'query'>): Promise<number> {
  const { rows } = await connection.query<{ bytes: string }>(
    `select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') as bytes`,
  );
  return Number(rows[0]?.bytes);
}
