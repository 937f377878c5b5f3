import type { Db } from '../database.js';
import { toJson, toNullableJson } from '../json.js';
import { statement } from '../statement.js';
import type { RetentionTarget, RetentionWindow } from './retention-target.js';
import { lastPassed, passedRows } from './retention-target.js';

/** What is less than every value of a type. */
const least = {
  bigint: `0`,
  integer: `0`,
  text: `''`,
  timestamptz: `'-infinity'`,
  uuid: `'00000000-0000-0000-0000-000000000000'`,
};

type Columns = Readonly<Record<string, keyof typeof least>>;

/** Rows of one table that go one by one. In the conditions `r` is the row and `$1` the cutoff. */
export interface AgedRows {
  /** Of the target, and of the table unless `table` says otherwise. */
  name: string;
  table?: string;
  /** The primary key. */
  key: Columns;
  /** The order of the walk: unique, and led by an index. Default: the key. */
  order?: Columns;
  /** Leaves out rows that are another target's. */
  among?: string;
  /**
   * The time that makes a row old; grows along `order`, so that the walk ends where rows are young. null: it goes
   * through the whole table, which must be small.
   */
  age: string | null;
  /** Whether an old row may go, because nothing is under way; default: it may. */
  over?: string;
  noLongerThan?: string;
}

interface SeenRow {
  key: object;
  position: unknown[];
  old: boolean;
  over: boolean;
}

/**
 * The target of such rows. A step reads `limit` rows through the index of the order and removes those that are over:
 * dead and ineligible rows are met once in a pass, not again in each step.
 */
export function agedRows(rows: AgedRows): RetentionTarget {
  const look = statement<SeenRow>(`look_for_old_${rows.name}`, lookText(rows));
  const remove = statement<{ deleted: number }>(`remove_old_${rows.name}`, removeText(rows));

  const lookFor = async (db: Db, { cutoff, position, limit }: RetentionWindow) => {
    const seen = await look.run(db, [cutoff, toNullableJson(position), limit]);
    const passed = passedRows(seen);
    const old = passed.filter((row) => row.old);
    return {
      old: old.length,
      keys: old.filter(({ over }) => over).map(({ key }) => key),
      position: lastPassed(seen, passed, limit)?.position ?? null,
    };
  };
  return {
    name: rows.name,
    ...(rows.noLongerThan === undefined ? {} : { noLongerThan: rows.noLongerThan }),
    remove: async (trx, window) => {
      const { old, keys, position } = await lookFor(trx, window);
      if (keys.length === 0) return { deleted: 0, kept: old, position };
      const [{ deleted } = { deleted: 0 }] = await remove.run(trx, [window.cutoff, toJson(keys)]);
      return { deleted, kept: old - deleted, position };
    },
    preview: async (db, window) => {
      const { old, keys, position } = await lookFor(db, window);
      return { deleted: keys.length, kept: old - keys.length, position };
    },
  };
}

function lookText({ name, table = name, key, order = key, among = 'true', ...rows }: AgedRows): string {
  const columns = Object.entries(order);
  const names = columns.map(([column]) => `r.${column}`).join(', ');
  const after = columns.map(
    ([, type], index) => `coalesce(($2::jsonb ->> ${index})::${type}, ${least[type]})`,
  );
  const keyParts = Object.keys(key).map((column) => `'${column}', r.${column}`);
  return `select jsonb_build_object(${keyParts.join(', ')}) as key,
  jsonb_build_array(${names}) as position,
  ${isOld(rows)} as old,
  ${rows.over ?? 'true'} as over
from attune.${table} r
where ${among}
  and (${names}) > (${after.join(', ')})
order by ${names} limit $3::bigint`;
}

/* What was seen may have changed meanwhile: the conditions are asked again of the locked row. */
function removeText({ name, table = name, key, among = 'true', ...rows }: AgedRows): string {
  const columns = Object.keys(key);
  const typed = Object.entries(key).map(([column, type]) => `${column} ${type}`);
  const equal = (left: string, right: string) =>
    columns.map((column) => `${left}.${column} = ${right}.${column}`).join(' and ');
  return `with gone as materialized (
  select ${columns.map((column) => `r.${column}`).join(', ')}
  from jsonb_to_recordset($2::jsonb) as k(${typed.join(', ')})
    join attune.${table} r on ${equal('r', 'k')}
  where ${among} and ${isOld(rows)}
    and ${rows.over ?? 'true'}
  order by ${columns.map((column) => `r.${column}`).join(', ')} for update of r skip locked
), removed as (
  delete from attune.${table} r using gone g where ${equal('r', 'g')}
  returning 1
)
select count(*) as deleted from removed`;
}

function isOld({ age }: Pick<AgedRows, 'age'>): string {
  return age === null ? 'true' : `${age} < $1::timestamptz`;
}
