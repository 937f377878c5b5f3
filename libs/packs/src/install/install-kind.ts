import { isDeepStrictEqual } from 'node:util';

import type { Authorship, Db, DefinitionType, Page, PageRequest } from '@attune/db';
import { InvalidStateError } from '@attune/domain';

import type { ComponentDocuments, ComponentFolder } from '../documents/document-schemas.js';
import type { LoadedPack } from '../pack-contents.js';
import type { InstallOptions } from './install-pack.js';

/** A row that an installation wrote or removed. */
export interface ChangedRow {
  readonly entityType: DefinitionType;
  readonly id: number;
  readonly ref: string;
  readonly change: 'created' | 'updated' | 'deleted';
}

/** What bringing one kind of component in line with the files did, and what it left to remove. */
export interface Synced {
  readonly changed: readonly ChangedRow[];
  /** Removes what the files no longer have. Called in reverse order of kinds, when nothing refers to it. */
  readonly removeVanished: () => Promise<readonly ChangedRow[]>;
}

export type SyncKind = (db: Db, pack: LoadedPack, options: InstallOptions) => Promise<Synced>;

interface ComponentRow {
  readonly id: number;
  readonly ref: string;
  readonly is_adhoc?: boolean;
  /** Of runtimes: found by a worker, not declared by a file. */
  readonly auto_detected?: boolean;
}

/** One kind of component: where its files are, how they become rows, and the repository of those. */
export interface InstallKind<F extends ComponentFolder, Row extends ComponentRow, Values> {
  readonly folder: F;
  readonly entityType: DefinitionType;
  values(document: ComponentDocuments[F], pack: LoadedPack, options: InstallOptions): Values;
  /** Columns that are the operators' once the row exists: the file only gives their first value. */
  readonly keeps?: (row: Row) => readonly (keyof Values)[];
  list(db: Db, filter: { pack_ref: string }, page: PageRequest): Promise<Page<Row>>;
  insert(db: Db, values: Values, by: Authorship): Promise<Row>;
  update(db: Db, id: number, patch: Partial<Values>, by: Authorship): Promise<Row>;
  remove(db: Db, id: number): Promise<boolean>;
}

export function installKind<F extends ComponentFolder, Row extends ComponentRow, Values>(
  kind: InstallKind<F, Row, Values>,
): SyncKind {
  return async (db, pack, options) => {
    const rows = await listAll(kind, db, pack.manifest.ref);
    const documents = pack[kind.folder] as readonly ComponentDocuments[F][];
    const changed: ChangedRow[] = [];
    for (const document of documents) {
      const row = rows.get(document.ref);
      const values = kind.values(document, pack, options);
      const written = await write(kind, db, { row, values, by: authorship(options) });
      if (written !== undefined) changed.push(written);
      rows.delete(document.ref);
    }
    const vanished = [...rows.values()].filter((row) => row.is_adhoc !== true && row.auto_detected !== true);
    return { changed, removeVanished: () => removeAll(kind, db, vanished) };
  };
}

export function authorship({ installedBy }: InstallOptions): Authorship {
  return { author: installedBy };
}

async function listAll<F extends ComponentFolder, Row extends ComponentRow, Values>(
  kind: InstallKind<F, Row, Values>,
  db: Db,
  packRef: string,
): Promise<Map<string, Row>> {
  const rows = new Map<string, Row>();
  let cursor: string | undefined;
  do {
    const page = await kind.list(db, { pack_ref: packRef }, { limit: 1_000, cursor });
    for (const row of page.items) rows.set(row.ref, row);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return rows;
}

async function write<F extends ComponentFolder, Row extends ComponentRow, Values>(
  kind: InstallKind<F, Row, Values>,
  db: Db,
  { row, values, by }: { row: Row | undefined; values: Values; by: Authorship },
): Promise<ChangedRow | undefined> {
  const { entityType } = kind;
  if (row === undefined) {
    const { id, ref } = await kind.insert(db, values, by);
    return { entityType, id, ref, change: 'created' };
  }
  const { id, ref } = row;
  if (row.is_adhoc === true) {
    throw new InvalidStateError(
      `cannot install ${entityType} ${ref}: one with this ref was made by hand; delete it first`,
    );
  }
  const patch = differences(row, values, kind.keeps?.(row) ?? []);
  if (Object.keys(patch).length === 0) return undefined;
  await kind.update(db, id, patch, by);
  return { entityType, id, ref, change: 'updated' };
}

/** The columns whose value in the file is not the one in the row. */
export function differences<Values>(
  row: object,
  values: Values,
  kept: readonly (keyof Values)[] = [],
): Partial<Values> {
  const present = row as Values;
  const names = Object.keys(values as object) as (keyof Values)[];
  const changed = names.filter(
    (name) => !kept.includes(name) && !isDeepStrictEqual(present[name], values[name]),
  );
  return Object.fromEntries(changed.map((name) => [name, values[name]])) as Partial<Values>;
}

async function removeAll<F extends ComponentFolder, Row extends ComponentRow, Values>(
  kind: InstallKind<F, Row, Values>,
  db: Db,
  vanished: readonly Row[],
): Promise<ChangedRow[]> {
  for (const { id } of vanished) await kind.remove(db, id);
  return vanished.map(({ id, ref }) => ({ entityType: kind.entityType, id, ref, change: 'deleted' }));
}
