import { sql } from 'kysely';
import type { Db } from '../database.js';

interface Column {
  table: string;
  name: string;
  /** As format_type says it, without the schema. */
  type: string;
  labels: string[] | null;
  nullable: boolean;
  /** What the database does without a value, or never takes one for. */
  filled: 'no' | 'default' | 'always';
}

const typesInCode: Readonly<Record<string, string>> = {
  bigint: 'number',
  boolean: 'boolean',
  integer: 'number',
  jsonb: 'Document',
  text: 'string',
  'text[]': 'string[]',
  'timestamp with time zone': 'Date',
  uuid: 'string',
};

/**
 * The columns that the migrations have led to, as types: catalogue.type.test.ts compares the table types that are
 * written by hand with them, so that neither has a column, a NULL or a label that the other lacks.
 */
export async function catalogueTypes(db: Db): Promise<string> {
  const columns = await readColumns(db);
  const tables = [...new Set(columns.map(({ table }) => table))];
  const body = tables.map((table) => {
    const own = columns.filter((column) => column.table === table);
    return [`  ${table}: {`, ...own.map((column) => `    ${columnType(column)}`), '  };'].join('\n');
  });
  return [
    '// Generated from the migrations (libs/db/src/generate/main.ts). Do not edit.',
    "import type { Column, Document } from './catalogue.js';",
    '',
    'export interface Catalogue {',
    ...body,
    '}',
    '',
  ].join('\n');
}

async function readColumns(db: Db): Promise<Column[]> {
  const { rows } = await sql<Column>`
    select c.relname as table, a.attname as name, replace(format_type(a.atttypid, null), 'attune.', '') as type,
      (select array_agg(e.enumlabel::text order by e.enumsortorder) from pg_enum e where e.enumtypid = a.atttypid)
        as labels,
      not a.attnotnull as nullable,
      case when a.attidentity = 'a' or a.attgenerated <> '' then 'always' when a.atthasdef or a.attidentity <> ''
        then 'default' else 'no' end as filled
    from pg_attribute a join pg_class c on c.oid = a.attrelid and c.relkind = 'r'
    where c.relnamespace = 'attune'::regnamespace and a.attnum > 0 and not a.attisdropped
    order by c.relname, a.attnum`.execute(db);
  return rows;
}

function columnType({ table, name, type, labels, nullable, filled }: Column): string {
  const known = labels === null ? typesInCode[type] : labels.map((label) => `'${label}'`).join(' | ');
  if (known === undefined) throw new Error(`no type in code is known for ${table}.${name}, which is ${type}`);
  return `${name}: Column<${known}, ${nullable}, '${filled}'>;`;
}
