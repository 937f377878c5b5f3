import { sql } from 'kysely';
import type { Db } from '../database.js';

/** Every row of every table, as JSON. */
export async function storedRows(db: Db): Promise<{ table: string; row: string }[]> {
  const tables = await sql<{ name: string }>`
    select tablename as name from pg_tables where schemaname = 'attune'`.execute(db);
  const rows = [];
  for (const { name } of tables.rows) {
    const found = await sql<{ row: string }>`
      select to_jsonb(r)::text as row from ${sql.table(`attune.${name}`)} r`.execute(db);
    rows.push(...found.rows.map(({ row }) => ({ table: name, row })));
  }
  return rows;
}
