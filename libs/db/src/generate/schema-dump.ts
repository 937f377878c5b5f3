import { sql } from 'kysely';
import type { Db } from '../database.js';

interface EnumType {
  name: string;
  labels: string[];
}

interface Column {
  table_name: string;
  name: string;
  type: string;
  collation: string | null;
  not_null: boolean;
  identity: string;
  generated: boolean;
  default: string | null;
}

interface Part {
  table_name: string;
  definition: string;
}

interface Table {
  name: string;
  options: string[] | null;
}

/**
 * Schema `attune` as SQL, read from the catalogue and the same on every server version we support: what the
 * migrations have led to, for people and for the check that nothing else did.
 */
export async function dumpSchema(db: Db): Promise<string> {
  const types = (await readEnums(db)).map(enumStatement);
  const [tables, columns, constraints, indexes, triggers] = await Promise.all([
    readTables(db),
    readColumns(db),
    readConstraints(db),
    readIndexes(db),
    readTriggers(db),
  ]);
  const definitions = tables.map((table) => {
    const own = <Row extends { table_name: string }>(rows: Row[]) =>
      rows.filter((row) => row.table_name === table.name);
    const parts = [...own(columns).map(columnText), ...own(constraints).map((part) => part.definition)];
    const options =
      table.options === null ? '' : ` with (${table.options.join(', ').replaceAll('=', ' = ')})`;
    const body = parts.map((part) => `  ${part}`).join(',\n');
    const create = `create table attune.${table.name} (\n${body}\n)${options};`;
    const beside = [...own(indexes), ...own(triggers)].map((part) => `${part.definition};`);
    return [create, ...beside].join('\n');
  });
  const header = '-- Generated from the migrations (libs/db/src/generate/main.ts). Do not edit.';
  const functions = await readFunctions(db);
  const all = [header, 'create schema attune;', types.join('\n'), ...definitions, ...functions];
  return `${all.join('\n\n')}\n`;
}

async function readEnums(db: Db): Promise<EnumType[]> {
  const { rows } = await sql<EnumType>`
    select t.typname as name, array_agg(e.enumlabel::text order by e.enumsortorder) as labels
    from pg_type t join pg_enum e on e.enumtypid = t.oid
    where t.typnamespace = 'attune'::regnamespace
    group by t.typname order by t.typname`.execute(db);
  return rows;
}

async function readTables(db: Db): Promise<Table[]> {
  const { rows } = await sql<Table>`
    select c.relname as name, c.reloptions as options
    from pg_class c
    where c.relnamespace = 'attune'::regnamespace and c.relkind = 'r'
    order by c.relname`.execute(db);
  return rows;
}

async function readColumns(db: Db): Promise<Column[]> {
  const { rows } = await sql<Column>`
    select c.relname as table_name, a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
      case when a.attcollation <> t.typcollation then quote_ident(o.collname) end as collation,
      a.attnotnull as not_null, a.attidentity as identity, a.attgenerated <> '' as generated,
      pg_get_expr(d.adbin, d.adrelid) as default
    from pg_attribute a
    join pg_class c on c.oid = a.attrelid and c.relkind = 'r'
    join pg_type t on t.oid = a.atttypid
    left join pg_collation o on o.oid = a.attcollation
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where c.relnamespace = 'attune'::regnamespace and a.attnum > 0 and not a.attisdropped
    order by c.relname, a.attnum`.execute(db);
  return rows;
}

/** Keys first, then by name. NOT NULL belongs to the column (newer servers list it here as well). */
async function readConstraints(db: Db): Promise<Part[]> {
  const { rows } = await sql<Part>`
    select c.relname as table_name,
      format('constraint %I %s', k.conname, pg_get_constraintdef(k.oid)) as definition
    from pg_constraint k join pg_class c on c.oid = k.conrelid
    where c.relnamespace = 'attune'::regnamespace and k.contype in ('p', 'u', 'f', 'c')
    order by c.relname, array_position(array['p', 'u', 'f', 'c'], k.contype::text), k.conname`.execute(db);
  return rows;
}

async function readIndexes(db: Db): Promise<Part[]> {
  const { rows } = await sql<Part>`
    select c.relname as table_name, lower(left(pg_get_indexdef(i.indexrelid), 6))
      || substr(pg_get_indexdef(i.indexrelid), 7) as definition
    from pg_index i join pg_class c on c.oid = i.indrelid join pg_class x on x.oid = i.indexrelid
    where c.relnamespace = 'attune'::regnamespace
      and not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u'))
    order by c.relname, x.relname`.execute(db);
  return rows;
}

async function readTriggers(db: Db): Promise<Part[]> {
  const { rows } = await sql<Part>`
    select c.relname as table_name, lower(left(pg_get_triggerdef(t.oid), 6))
      || substr(pg_get_triggerdef(t.oid), 7) as definition
    from pg_trigger t join pg_class c on c.oid = t.tgrelid
    where c.relnamespace = 'attune'::regnamespace and not t.tgisinternal
    order by c.relname, t.tgname`.execute(db);
  return rows;
}

async function readFunctions(db: Db): Promise<string[]> {
  const { rows } = await sql<{ definition: string }>`
    select pg_get_functiondef(p.oid) as definition from pg_proc p
    where p.pronamespace = 'attune'::regnamespace
    order by p.proname`.execute(db);
  return rows.map(({ definition }) => `${definition.trimEnd()};`);
}

function enumStatement({ name, labels }: EnumType): string {
  return `create type attune.${name} as enum (${labels.map((label) => `'${label}'`).join(', ')});`;
}

function columnText({
  name,
  type,
  collation,
  not_null,
  identity,
  generated,
  default: value,
}: Column): string {
  const words = [name, type];
  if (collation !== null) words.push(`collate ${collation}`);
  if (not_null) words.push('not null');
  if (identity !== '') words.push(`generated ${identity === 'a' ? 'always' : 'by default'} as identity`);
  if (value !== null)
    words.push(generated ? `generated always as (${oneLine(value)}) stored` : `default ${value}`);
  return words.join(' ');
}

function oneLine(expression: string): string {
  return expression.trim().replaceAll(/\s+/g, ' ');
}
