import { sql } from 'kysely';
import type { Patch } from './columns.js';
import { isEmptyPatch } from './columns.js';
import type { Db, Trx } from './database.js';
import type { Authorship } from './definition.js';
import { changeDefinition, deleteDefinition } from './definition.js';
import { getDefinitionVersion } from './repositories/definition-version.repository.js';
import type { VersionNumber } from './repositories/definition-version.repository.js';
import type { Referable } from './reference.js';
import { optionalTwinOf, packOf } from './reference.js';
import type { DefinitionType } from './schema/index.js';
import type { Table } from './table.js';
import { tableOf } from './table.js';

interface DefinitionRow {
  id: number;
  ref: string;
}

/** What of a definition is not its own: see `definitionTable`. */
export interface Relations<Values> {
  /** It names rows of these tables by `<table>_ref`; the ids beside the refs follow from them. */
  refersTo?: readonly Referable[];
  /** Rows that name it by ref: deleting it leaves them the ref, inserting it again gives them its id. */
  namedBy?: { table: 'rule' | 'trigger'; column: 'action' | 'trigger' | 'sensor' };
  /** Refuses values that the columns would take. */
  check?: (trx: Trx, values: Patch<Values>) => Promise<void>;
  /** Brings values into the form in which they are stored. */
  normalise?: (values: Patch<Values>) => Patch<Values>;
}

/** The contract of a definition's repository: `Table` plus authorship, by ref as well as by id. */
export interface DefinitionTable<Row extends DefinitionRow, Values> extends Pick<Table<Row>, 'find' | 'get'> {
  findByRef(db: Db, ref: string): Promise<Row | undefined>;
  getByRef(db: Db, ref: string): Promise<Row>;
  insert(db: Db, values: Values, by?: Authorship): Promise<Row>;
  /** undefined keeps, null clears; `ref` is immutable. */
  update(db: Db, id: number, patch: Patch<Omit<Values, 'ref'>>, by?: Authorship): Promise<Row>;
  delete(db: Db, id: number): Promise<boolean>;
  /**
   * Makes it say again what the version says, as a new version; brings it back when it was deleted. What it refers
   * to must exist. NotFoundError when there is no such version.
   */
  restore(db: Db, ref: string, version: number, by?: Authorship): Promise<Row>;
}

/** Names of columns are checked where a repository is made, so its columns are plain objects here. */
interface Untyped<Row> {
  insert(db: Db, columns: object): Promise<Row>;
  update(db: Db, id: number, columns: object): Promise<Row>;
}

/**
 * Every change writes a version and a new epoch in its transaction (definition.ts). A component belongs to the pack
 * its ref begins with.
 */
export function definitionTable<
  Row extends DefinitionRow,
  Values extends { ref: string } & { [Name in keyof Values]: Name extends keyof Row ? unknown : never },
>(type: DefinitionType, relations: Relations<Values> = {}): DefinitionTable<Row, Values> {
  const table = tableOf(type) as unknown as Omit<Table<Row>, keyof Untyped<Row>> & Untyped<Row>;
  const { refersTo = [], namedBy, check, normalise = (values) => values } = relations;
  const columnsOf = async (trx: Trx, given: Patch<Values>): Promise<object> => {
    const values = normalise(given);
    await check?.(trx, values);
    return { ...values, ...(await twinsOf(trx, type, { refersTo, values })) };
  };
  const findByRef = table.findBy('ref');
  const insert = async (trx: Trx, values: Values): Promise<Row> => {
    const pack = type === 'pack' ? {} : await packOf(trx, type, values.ref);
    const row = await table.insert(trx, { ...(await columnsOf(trx, values)), ...pack });
    if (namedBy !== undefined) await findAgain(trx, namedBy, row);
    return row;
  };
  const update = async (trx: Trx, id: number, patch: Patch<Values>): Promise<Row> =>
    table.update(trx, id, await columnsOf(trx, patch));
  return {
    find: table.find,
    get: table.get,
    findByRef,
    getByRef: table.getBy('ref'),
    insert: (db, values, by) => changeDefinition(db, type, by, (trx) => insert(trx, values)),
    update: async (db, id, patch, by) => {
      if (isEmptyPatch(patch)) return table.get(db, id);
      return changeDefinition(db, type, by, (trx) => update(trx, id, patch as Patch<Values>));
    },
    delete: (db, id) => deleteDefinition(db, type, id),
    restore: (db, ref, version, by) =>
      changeDefinition(db, type, by, async (trx) => {
        const values = await restoredValues<Values>(trx, { entityType: type, ref, version });
        const present = await findByRef(trx, ref);
        return present === undefined ? insert(trx, values) : update(trx, present.id, values);
      }),
  };
}

/** What a version says, without what follows from the ref and what is no longer said (`concurrency`: see policies). */
async function restoredValues<Values>(trx: Trx, which: VersionNumber): Promise<Values> {
  const { content } = await getDefinitionVersion(trx, which);
  const { pack_ref: _derived, concurrency: _retired, ...values } = content;
  return values as Values;
}

async function twinsOf(
  trx: Trx,
  type: DefinitionType,
  { refersTo, values }: { refersTo: readonly Referable[]; values: object },
): Promise<object> {
  const refs = values as Partial<Record<`${Referable}_ref`, string | null>>;
  const twins = [];
  for (const table of refersTo) twins.push(await optionalTwinOf(trx, type, table, refs[`${table}_ref`]));
  return Object.assign({}, ...twins) as object;
}

async function findAgain(
  trx: Trx,
  { table, column }: NonNullable<Relations<never>['namedBy']>,
  { id, ref }: DefinitionRow,
): Promise<void> {
  const name = (text: string) => sql.ref(text);
  await sql`update attune.${sql.table(table)} set ${name(column)} = ${id}
    where ${name(`${column}_ref`)} = ${ref} and ${name(column)} is null`.execute(trx);
}
