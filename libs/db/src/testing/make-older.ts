import { sql } from 'kysely';
import type { Db } from '../database.js';
import type { Schema } from '../schema/index.js';

/** As if everything that happened to these rows had happened `days` earlier. */
export async function makeOlder(
  db: Db,
  table: keyof Schema,
  rows: { days: number; keys: readonly (number | string)[]; key?: string },
): Promise<void> {
  const { days, keys, key = 'id' } = rows;
  const { rows: times } = await sql<{ name: string }>`
    select column_name as name from information_schema.columns
    where table_schema = 'attune' and table_name = ${table}
      and data_type = 'timestamp with time zone'`.execute(db);
  const earlier = times.map(
    ({ name }) => sql`${sql.ref(name)} = ${sql.ref(name)} - ${days}::float8 * interval '1 day'`,
  );
  await sql`update ${sql.table(`attune.${table}`)} set ${sql.join(earlier)}
    where ${sql.ref(key)}::text = any(${keys.map(String)})`.execute(db);
}
