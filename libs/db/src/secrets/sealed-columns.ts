import { readSecrets, replaceSecrets } from '@attune/domain';
import type { Statement } from '../statement.js';
import { statement } from '../statement.js';
import type { SecretBox } from './secret-box.js';
import { secretPlaces } from './secret-places.js';
import { rewrapSecret } from './secret-values.js';

export interface SealedRow {
  /** What names the row, as text. */
  name: string;
  sealed: unknown;
}

export interface RewrappedRow extends SealedRow {
  rewrapped: unknown;
}

/** A column that holds sealed values. */
export interface SealedColumn {
  /** A definition has it: caches of definitions have to see that it changed. */
  readonly isDefinition: boolean;
  /** Selects `kid` of every value in it. */
  readonly kids: string;
  /** Parameters: the current kid, the row before (null: from the start), how many. */
  readonly find: Statement<SealedRow>;
  /** Of `RewrappedRow`s as JSON; passes over what has changed since it was found. */
  readonly rewrite: Statement<{ name: string }>;
  /** Throws SecretError. */
  rewrap(box: SecretBox, row: SealedRow): unknown;
}

interface Column {
  table: string;
  column: string;
  /** What names a row: unique, immutable. With its type. */
  by: readonly [column: string, type: 'text' | 'bigint'];
}

interface ValueColumn extends Column {
  /** Where the row says the id of the master key a second time. */
  kid?: string;
  place: (name: string) => string;
}

interface DocumentColumn extends Column {
  isDefinition?: boolean;
  /** Rows that count. */
  where?: string;
}

const values: readonly ValueColumn[] = [
  { table: 'key', column: 'value', by: ['ref', 'text'], kid: 'encryption_key_id', place: secretPlaces.key },
  { table: 'signing_key', column: 'private_sealed', by: ['kid', 'text'], place: secretPlaces.signingKey },
  { table: 'trigger', column: 'webhook_key_sealed', by: ['id', 'bigint'], place: secretPlaces.webhookKey },
  {
    table: 'trigger',
    column: 'webhook_secret_sealed',
    by: ['id', 'bigint'],
    place: secretPlaces.webhookSecret,
  },
  {
    table: 'trigger',
    column: 'webhook_previous_secret_sealed',
    by: ['id', 'bigint'],
    place: secretPlaces.webhookSecret,
  },
];

/**
 * Documents with SecretValues in them. Of executions those that are not settled, which an index finds: the parameters of
 * one that is over are opened only to repeat it.
 */
const documents: readonly DocumentColumn[] = [
  { table: 'pack', column: 'config', by: ['ref', 'text'], isDefinition: true },
  {
    table: 'definition_version',
    column: 'content',
    by: ['id', 'bigint'],
    where: `t.entity_type = 'pack'`,
  },
  { table: 'execution', column: 'config', by: ['id', 'bigint'], where: 't.announced_at is not null' },
];

export const sealedColumns: readonly SealedColumn[] = [
  ...values.map(valueColumn),
  ...documents.map(documentColumn),
];

function valueColumn({ kid, place, ...at }: ValueColumn): SealedColumn {
  const kidOf = kid === undefined ? `t.${at.column} ->> 'kid'` : `t.${kid}`;
  return {
    ...statementsOf(at, {
      isOld: `${kidOf} <> $1`,
      set: `${at.column} = u.rewrapped${kid === undefined ? '' : `, ${kid} = u.rewrapped ->> 'kid'`}`,
    }),
    isDefinition: false,
    kids: `select ${kidOf} as kid from attune.${at.table} t`,
    rewrap: (box, { name, sealed }) => box.rewrap(sealed, place(name)),
  };
}

function documentColumn({ isDefinition = false, where = 'true', ...at }: DocumentColumn): SealedColumn {
  const found = `jsonb_path_query(t.${at.column}, '$.** ? (@.type() == "object")."$secret"[*].sealed.kid') k`;
  return {
    ...statementsOf(at, {
      isOld: `${where} and exists (select from ${found} where k #>> '{}' <> $1)`,
      set: `${at.column} = u.rewrapped`,
    }),
    isDefinition,
    kids: `select k #>> '{}' as kid from attune.${at.table} t cross join ${found} where ${where}`,
    rewrap: (box, { sealed }) => replaceSecrets(readSecrets(sealed), (secret) => rewrapSecret(box, secret)),
  };
}

function statementsOf(
  { table, column, by: [name, type] }: Column,
  { isOld, set }: { isOld: string; set: string },
): Pick<SealedColumn, 'find' | 'rewrite'> {
  const find = statement<SealedRow>(
    `find_${table}_${column}_to_rewrap`,
    `select t.${name}::text as name, t.${column} as sealed from attune.${table} t
where ${isOld} and ($2::${type} is null or t.${name} > $2::${type})
order by t.${name} limit $3`,
  );
  const rewrite = statement<{ name: string }>(
    `rewrap_${table}_${column}`,
    `with unchanged as materialized (
  select t.${name}, i.rewrapped
  from jsonb_to_recordset($1::jsonb) as i(name ${type}, sealed jsonb, rewrapped jsonb)
  join attune.${table} t on t.${name} = i.name and t.${column} = i.sealed
  order by t.${name} for no key update of t
)
update attune.${table} t set ${set}
from unchanged u where t.${name} = u.${name}
returning t.${name}::text as name`,
  );
  return { find, rewrite };
}
