import { ConflictError, NotFoundError, ValidationError } from '@attune/domain';
import { sql } from 'kysely';
import type { Db } from '../database.js';
import { inTransaction } from '../database.js';
import type { Page, PageRequest } from '../page.js';
import { race } from './race.js';
import type { TestDatabase } from './test-database.js';

interface AnyRow {
  id: number;
  created: Date;
  updated?: Date;
}

/** A column that names the row to people: ref, login or name. */
interface Key<Row> {
  column: keyof Row & string;
  find: (db: Db, value: string) => Promise<Row | undefined>;
  get: (db: Db, value: string) => Promise<Row>;
  /** Inserts a row with this key, which must not exist; left out where a second is no conflict. */
  make?: (db: Db, value: string) => Promise<Row>;
}

interface Update<Row, Patch extends object> {
  apply: (db: Db, id: number, patch: Patch) => Promise<Row>;
  /** Columns and the values they get. */
  change: Patch & Partial<Row>;
  /** Nullable columns: set by the first patch, cleared by null; columns that the patch leaves out keep their values. */
  set?: Patch & Partial<Row>;
}

/** What the suite needs to know of a repository; what is left out, the repository does not have. */
export interface RepositoryContract<Row extends AnyRow, Filter, Patch extends object = never> {
  /** As errors name it. */
  entity: string;
  /** A row that satisfies all constraints, different from all others. */
  make: (db: Db) => Promise<Row>;
  find: (db: Db, id: number) => Promise<Row | undefined>;
  get: (db: Db, id: number) => Promise<Row>;
  list: (db: Db, filter: Filter, page: PageRequest) => Promise<Page<Partial<Row> & AnyRow>>;
  /** The column whose order the list has; `id` descending when left out. */
  orderedBy?: keyof Row & string;
  remove: (db: Db, id: number) => Promise<boolean>;
  /** Where not every row may be deleted: one that may. */
  makeRemovable?: (db: Db) => Promise<Row>;
  key?: Key<Row>;
  update?: Update<Row, Patch>;
  /** For each filter: two rows, and the filter that finds the first of them and not the second. */
  filters: Readonly<Record<string, (db: Db) => Promise<{ found: AnyRow; others: AnyRow[]; filter: Filter }>>>;
  /** Inserts that must fail, and what the error says. */
  refuses?: Readonly<Record<string, { insert: (db: Db) => Promise<unknown>; error: object }>>;
  /** Writes a JSON document into each column that takes any, and tells what is read back. */
  documents?: Readonly<Record<string, (db: Db, value: object | null) => Promise<unknown>>>;
}

/** Two rows that differ in these values only, and the filter that tells them apart. */
export function differing<Values, Filter, Row extends AnyRow>(
  make: (db: Db, values: Values) => Promise<Row>,
  [found, other]: readonly [Values, Values],
  filter: Filter | ((found: Row) => Filter),
) {
  return async (db: Db) => {
    const row = await make(db, found);
    const others = [await make(db, other)];
    const asked = typeof filter === 'function' ? (filter as (row: Row) => Filter)(row) : filter;
    return { found: row, others, filter: asked };
  };
}

const absent = 987_654_321;
const all: PageRequest = { limit: 1_000 };

/** JSON of every kind: all of it comes back as it went in. */
const document = {
  text: 'naïve 日本語 🜁 "quoted" \\ back\nslash',
  numbers: [0, -1, 1.5, 9_007_199_254_740_991, 1e-7],
  flags: [true, false, null],
  nested: { empty: {}, list: [[], [[]], {}], ключ: { '': 'empty name', 'a.b': ['$', '%', '_'] } },
};

/** The contract of data-model.md, "Repositories", for one repository. Call it at the top of a test file. */
export function describeRepository<Row extends AnyRow, Filter, Patch extends object = never>(
  database: TestDatabase,
  contract: RepositoryContract<Row, Filter, Patch>,
): void {
  describe(contract.entity, () => {
    describeReading(database, contract);
    describeList(database, contract);
    describeFilters(database, contract);
    describeDeletion(database, contract);
    describeTransactions(database, contract);
    if (contract.refuses !== undefined) describeRefusals(database, contract.refuses);
    if (contract.key !== undefined) describeKey(database, { ...contract, key: contract.key });
    if (contract.update !== undefined) describeUpdate(database, { ...contract, update: contract.update });
    if (contract.documents !== undefined) describeDocuments(database, contract.documents);
  });
}

function describeReading<Row extends AnyRow, Filter, Patch extends object>(
  database: TestDatabase,
  { entity, make, find, get }: RepositoryContract<Row, Filter, Patch>,
): void {
  it('an inserted row has an id, and is as old as its last change', async () => {
    const row = await make(database.db);

    expect(row.id).toBeGreaterThan(0);
    expect(Number.isSafeInteger(row.id)).toBe(true);
    expect(row.created).toBeInstanceOf(Date);
    if ('updated' in row) expect(row.updated).toEqual(row.created);
  });

  it('is found by id, whole, and reading changes nothing', async () => {
    const row = await make(database.db);

    expect(await find(database.db, row.id)).toEqual(row);
    expect(await get(database.db, row.id)).toEqual(row);
    expect(await find(database.db, row.id)).toEqual(row);
  });

  it('finds nothing where nothing is', async () => {
    expect(await find(database.db, absent)).toBeUndefined();
  });

  it('get says what does not exist', async () => {
    await expect(get(database.db, absent)).rejects.toThrow(new NotFoundError(entity, 'id', absent));
  });
}

function describeList<Row extends AnyRow, Filter, Patch extends object>(
  database: TestDatabase,
  { make, list, orderedBy }: RepositoryContract<Row, Filter, Patch>,
): void {
  const every = {} as Filter;

  it('lists everything in one order, each row once', async () => {
    const made = [await make(database.db), await make(database.db)];

    const { items } = await list(database.db, every, all);

    expect(ids(items)).toEqual(expect.arrayContaining(ids(made)));
    expect(ids(items)).toEqual(ids(inOrder(items, orderedBy)));
    expect(new Set(ids(items)).size).toBe(items.length);
  });

  it('pages follow each other without gap or repetition', async () => {
    for (let n = 0; n < 4; n += 1) await make(database.db);
    const whole = await list(database.db, every, { ...all, total: true });

    const paged = await listAll(2);

    expect(ids(paged)).toEqual(ids(whole.items));
    expect(whole.total).toBe(whole.items.length);
  });

  it('pages stay whole while rows are inserted', async () => {
    for (let n = 0; n < 4; n += 1) await make(database.db);
    const before = ids((await list(database.db, every, all)).items);

    const seen = ids(await listAll(3, () => make(database.db)));

    expect(seen.filter((id) => before.includes(id))).toEqual(before);
    expect(new Set(seen).size).toBe(seen.length);
  });

  it.each([0, -1])('a limit of %d is one row', async (limit) => {
    await make(database.db);

    expect((await list(database.db, every, { limit })).items).toHaveLength(1);
  });

  it('the largest limit gives no more than a thousand rows, and says where the next page begins', async () => {
    const made = await make(database.db);

    const page = await list(database.db, every, { limit: Number.MAX_SAFE_INTEGER });

    expect(page.items.length).toBeLessThanOrEqual(1_000);
    expect(page.nextCursor === undefined).toBe(ids(page.items).includes(made.id));
  });

  it('refuses a cursor that it has not handed out', async () => {
    const wrong = list(database.db, every, { limit: 1, cursor: 'not-ours' });

    await expect(wrong).rejects.toThrow(ValidationError);
  });

  async function listAll(limit: number, between?: () => Promise<unknown>) {
    const rows = [];
    let cursor: string | undefined;
    do {
      const page = await list(database.db, every, { limit, cursor });
      rows.push(...page.items);
      cursor = page.nextCursor;
      if (rows.length < 20) await between?.();
    } while (cursor !== undefined);
    return rows;
  }
}

function describeFilters<Row extends AnyRow, Filter, Patch extends object>(
  database: TestDatabase,
  { list, filters }: RepositoryContract<Row, Filter, Patch>,
): void {
  it.each(Object.entries(filters))('is listed by %s', async (_name, prepare) => {
    const { found, others, filter } = await prepare(database.db);

    const { items } = await list(database.db, filter, all);

    expect(ids(items)).toContain(found.id);
    for (const { id } of others) expect(ids(items)).not.toContain(id);
  });
}

function describeDeletion<Row extends AnyRow, Filter, Patch extends object>(
  database: TestDatabase,
  { make, makeRemovable = make, find, remove }: RepositoryContract<Row, Filter, Patch>,
): void {
  it('a deleted row is gone, and was there only once', async () => {
    const row = await makeRemovable(database.db);

    expect(await remove(database.db, row.id)).toBe(true);

    expect(await find(database.db, row.id)).toBeUndefined();
    expect(await remove(database.db, row.id)).toBe(false);
  });

  it('to delete what does not exist is no error', async () => {
    expect(await remove(database.db, absent)).toBe(false);
  });

  it('of twenty that delete a row at once one has deleted it', async () => {
    const row = await makeRemovable(database.db);

    const outcomes = await race(database.db, 20, (db) => remove(db, row.id));

    expect(outcomes.filter((deleted) => deleted)).toHaveLength(1);
  });
}

function describeTransactions<Row extends AnyRow, Filter, Patch extends object>(
  database: TestDatabase,
  { make, find }: RepositoryContract<Row, Filter, Patch>,
): void {
  it('a row is there for others when its transaction commits', async () => {
    let seenBefore: unknown;
    const row = await inTransaction(database.db, async (trx) => {
      const made = await make(trx);
      seenBefore = await find(database.db, made.id);
      return made;
    });

    expect(seenBefore).toBeUndefined();
    expect(await find(database.db, row.id)).toEqual(row);
  });

  it('a transaction that fails leaves nothing', async () => {
    let made: Row | undefined;
    const failing = inTransaction(database.db, async (trx) => {
      made = await make(trx);
      throw new Error('rolled back');
    });

    await expect(failing).rejects.toThrow('rolled back');
    expect(await find(database.db, made!.id)).toBeUndefined();
  });
}

function describeRefusals<Row extends AnyRow, Filter, Patch extends object>(
  database: TestDatabase,
  refuses: NonNullable<RepositoryContract<Row, Filter, Patch>['refuses']>,
): void {
  it.each(Object.entries(refuses))('refuses %s', async (_name, { insert, error }) => {
    await expect(insert(database.db)).rejects.toMatchObject(error);
  });
}

function describeKey<Row extends AnyRow, Filter, Patch extends object>(
  database: TestDatabase,
  { entity, make, key }: RepositoryContract<Row, Filter, Patch> & { key: Key<Row> },
): void {
  const keyOf = (row: Row) => row[key.column] as string;

  it(`is found by ${key.column}`, async () => {
    const row = await make(database.db);

    expect(await key.find(database.db, keyOf(row))).toEqual(row);
    expect(await key.get(database.db, keyOf(row))).toEqual(row);
    expect(await key.find(database.db, 'no.such_thing')).toBeUndefined();
  });

  it(`get by ${key.column} says what does not exist`, async () => {
    const missing = key.get(database.db, 'no.such_thing');

    await expect(missing).rejects.toThrow(new NotFoundError(entity, key.column, 'no.such_thing'));
  });

  const insert = key.make;
  if (insert === undefined) return;

  it(`there is one of each ${key.column}: a second is a conflict that names it`, async () => {
    const value = keyOf(await make(database.db));

    const conflict = { code: 'CONFLICT', entity, field: key.column, value };
    await expect(insert(database.db, value)).rejects.toMatchObject(conflict);
  });

  it(`of twenty that insert the same ${key.column} at once one succeeds, the others conflict`, async () => {
    const row = await make(database.db);
    const value = `${keyOf(row)}_raced`;

    const outcomes = await race(database.db, 20, (db) => insert(db, value).catch((error: unknown) => error));

    const winners = outcomes.filter((outcome) => !(outcome instanceof Error));
    const losers = outcomes.filter((outcome) => outcome instanceof ConflictError);
    expect([winners.length, losers.length]).toEqual([1, 19]);
    expect(await key.find(database.db, value)).toEqual(winners[0]);
  });
}

function describeUpdate<Row extends AnyRow, Filter, Patch extends object>(
  database: TestDatabase,
  contract: RepositoryContract<Row, Filter, Patch> & { update: Update<Row, Patch> },
): void {
  const { entity, make, find, update } = contract;
  const { apply, change, set } = update;
  const nothing = {} as Patch;

  it('an update changes what it names, and the time of the last change', async () => {
    const row = await make(database.db);

    const changed = await apply(database.db, row.id, change);

    expect(changed).toEqual({ ...row, ...change, updated: expect.any(Date) });
    expect(await isNewerThanItsCreation(database.db, entity, row.id)).toBe(true);
    expect(await find(database.db, row.id)).toEqual(changed);
  });

  it('an empty patch reads and changes nothing', async () => {
    const row = await make(database.db);
    const undefinedOnly = Object.fromEntries(Object.keys(change).map((name) => [name, undefined]));

    expect(await apply(database.db, row.id, nothing)).toEqual(row);
    expect(await apply(database.db, row.id, undefinedOnly as Patch)).toEqual(row);
    expect(await find(database.db, row.id)).toEqual(row);
  });

  it('an update of what does not exist is not found, also an empty one', async () => {
    const missing = new NotFoundError(entity, 'id', absent);

    await expect(apply(database.db, absent, change)).rejects.toThrow(missing);
    await expect(apply(database.db, absent, nothing)).rejects.toThrow(missing);
  });

  it('twenty updates at once are all made, one after the other', async () => {
    const row = await make(database.db);

    const outcomes = await race(database.db, 20, (db) => apply(db, row.id, change));

    expect(outcomes).toHaveLength(20);
    expect(await find(database.db, row.id)).toMatchObject(change);
  });

  if (set === undefined) return;

  it('null clears, undefined keeps', async () => {
    const { id } = await make(database.db);
    const names = Object.keys(set);
    const cleared = (value: null | undefined) => Object.fromEntries(names.map((name) => [name, value]));

    const full = await apply(database.db, id, set);
    const kept = await apply(database.db, id, { ...change, ...cleared(undefined) });
    const empty = await apply(database.db, id, cleared(null) as Patch);

    expect(full).toMatchObject(set);
    expect(kept).toMatchObject(set);
    expect(empty).toMatchObject(cleared(null));
  });
}

function describeDocuments<Row extends AnyRow, Filter, Patch extends object>(
  database: TestDatabase,
  documents: NonNullable<RepositoryContract<Row, Filter, Patch>['documents']>,
): void {
  it.each(Object.entries(documents))(
    '%s takes any JSON and gives it back, {} apart from NULL',
    async (_name, write) => {
      expect(await write(database.db, document)).toEqual(document);
      expect(await write(database.db, {})).toEqual({});
    },
  );
}

/** To the microsecond, which a Date does not keep. */
async function isNewerThanItsCreation(db: Db, entity: string, id: number): Promise<boolean | undefined> {
  const { rows } = await sql<{ newer: boolean }>`
    select updated > created as newer from attune.${sql.table(entity)} where id = ${id}`.execute(db);
  return rows[0]?.newer;
}

function ids(rows: readonly { id: number }[]): number[] {
  return rows.map((row) => row.id);
}

/** Keys are compared bytewise, as the database does. */
function inOrder<Row extends AnyRow>(rows: readonly Row[], column: string | undefined): Row[] {
  const valueOf = (row: Row) => (row as unknown as Record<string, string>)[column ?? 'id'] ?? '';
  if (column !== undefined)
    return rows.toSorted((a, b) => Buffer.compare(Buffer.from(valueOf(a)), Buffer.from(valueOf(b))));
  return rows.toSorted((a, b) => b.id - a.id);
}
