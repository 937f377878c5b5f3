import { enums } from '@attune/domain';
import { sql } from 'kysely';
import { useTestDatabase } from '../testing/index.js';
import { jsonColumns } from './json-columns.js';

const database = useTestDatabase();

it('has the enums of the domain, with the same labels in the same order, and no others', async () => {
  const { rows } = await sql<{ name: string; labels: string[] }>`
    select t.typname as name, array_agg(e.enumlabel::text order by e.enumsortorder) as labels
    from pg_type t join pg_enum e on e.enumtypid = t.oid
    where t.typnamespace = 'attune'::regnamespace group by t.typname`.execute(database.db);

  expect(Object.fromEntries(rows.map(({ name, labels }) => [name, labels]))).toEqual(enums);
});

it('has the jsonb columns that are written as JSON, and no others', async () => {
  const { rows } = await sql<{ table: string; columns: string[] }>`
    select table_name as table, array_agg(column_name::text order by column_name) as columns
    from information_schema.columns
    where table_schema = 'attune' and data_type = 'jsonb' group by table_name`.execute(database.db);

  const written = Object.entries(jsonColumns).map(([table, columns]) => [table, Object.keys(columns).sort()]);
  expect(Object.fromEntries(rows.map(({ table, columns }) => [table, columns]))).toEqual(
    Object.fromEntries(written),
  );
});

it('keeps foreign keys, row triggers and indexed states off the hot path', async () => {
  const hot = ['event', 'enforcement', 'execution', 'execution_attempt', 'execution_history'];
  const { rows: keys } = await sql<{ name: string }>`
    select conname as name from pg_constraint
    where contype = 'f' and conrelid::regclass::text = any(${hot.map((table) => `attune.${table}`)})`.execute(
    database.db,
  );
  const { rows: triggers } = await sql<{ tgname: string }>`
    select tgname from pg_trigger where not tgisinternal`.execute(database.db);
  const { rows: indexed } = await sql<{ definition: string }>`
    select indexdef as definition from pg_indexes where schemaname = 'attune'
    and tablename = any(${['event', 'execution', 'execution_attempt']}) and indexdef ~ '\mstatus\M'`.execute(
    database.db,
  );

  expect(keys).toEqual([{ name: 'execution_parent_fkey' }]);
  // Who may do what and what is limited change seldom: none of these tables is on the hot path.
  const seldom =
    /^(?:(?:identity|identity_role|permission_assignment|permission_set_role)_authority|policy_queue)_/;
  expect(triggers.filter(({ tgname }) => !seldom.test(tgname))).toEqual([]);
  expect(indexed).toEqual([]);
});

it('indexes every foreign key, so that deleting a row scans no table', async () => {
  const { rows } = await sql<{ key: string }>`
    select k.conname as key from pg_constraint k
    where k.contype = 'f' and k.connamespace = 'attune'::regnamespace and not exists (
      select from pg_index i where i.indrelid = k.conrelid and i.indkey[0] = k.conkey[1]
    ) order by 1`.execute(database.db);

  // columns that say who did something: identities are few and rarely deleted
  expect(rows.map((row) => row.key)).toEqual([
    'api_token_created_by_fkey',
    'api_token_revoked_by_fkey',
    'inquiry_responded_by_fkey',
    'pack_installed_by_fkey',
    'worker_cordoned_by_fkey',
    'worker_runtime_fkey',
  ]);
});
