import {
  findPackByRef,
  insertPack,
  inTransaction,
  listDefinitionVersions,
  lockPack,
  updatePack,
} from '@attune/db';
import type { Db, DefinitionType, NewPack, PackRow, Trx } from '@attune/db';

import type { LoadedPack } from '../pack-contents.js';
import { checkForeignRefs } from './check-foreign-refs.js';
import { authorship, differences } from './install-kind.js';
import type { ChangedRow } from './install-kind.js';
import { installKinds } from './install-kinds.js';

/** One definition that an install created, changed or removed: the body of a `definition.changed` message. */
export interface DefinitionChange {
  readonly entityType: DefinitionType;
  readonly id: number;
  readonly ref: string;
  readonly version: number;
  readonly change: 'created' | 'updated' | 'deleted';
}

export interface InstallOptions {
  /** Identity that installs and so owns the pack's rules. */
  readonly installedBy?: number;
}

export interface InstallOutcome {
  readonly packId: number;
  readonly ref: string;
  /** False when the same content is installed already, from the same place: nothing was written. */
  readonly changed: boolean;
  /** What to publish as `definition.changed`, after the commit, which has happened. */
  readonly changes: readonly DefinitionChange[];
}

/**
 * Makes the database say what the pack's files say and where they are, in one transaction. The same again is one read;
 * several processes installing at once take turns, and the second finds nothing to do. Components that left
 * the files are removed; those made through the API stay. What operators set on installed components - whether
 * they are enabled, a webhook's verification, configuration values - stays as they set it.
 */
export async function installPack(
  db: Db,
  pack: LoadedPack,
  options: InstallOptions = {},
): Promise<InstallOutcome> {
  const { ref } = pack.manifest;
  const installed = await findPackByRef(db, ref);
  if (installed !== undefined && isInstalled(installed, pack)) return unchanged(installed);
  return inTransaction(db, async (trx) => {
    await lockPack(trx, ref);
    const present = await findPackByRef(trx, ref);
    if (present !== undefined && isInstalled(present, pack)) return unchanged(present);
    return writePack(trx, { pack, present, options });
  });
}

function isInstalled({ content_hash, storage_path }: PackRow, pack: LoadedPack): boolean {
  return content_hash === pack.contentHash && storage_path === pack.directory;
}

function unchanged({ id, ref }: PackRow): InstallOutcome {
  return { packId: id, ref, changed: false, changes: [] };
}

interface Installation {
  readonly pack: LoadedPack;
  readonly present: PackRow | undefined;
  readonly options: InstallOptions;
}

async function writePack(trx: Trx, { pack, present, options }: Installation): Promise<InstallOutcome> {
  await checkForeignRefs(trx, pack);
  const packRow = await writeManifest(trx, { pack, present, options });
  const changed: ChangedRow[] = [
    {
      entityType: 'pack',
      id: packRow.id,
      ref: packRow.ref,
      change: present === undefined ? 'created' : 'updated',
    },
  ];
  const removals = [];
  for (const sync of installKinds) {
    const synced = await sync(trx, pack, options);
    changed.push(...synced.changed);
    removals.unshift(synced.removeVanished);
  }
  for (const removeVanished of removals) changed.push(...(await removeVanished()));
  const changes = [];
  for (const row of changed) changes.push({ ...row, version: await versionOf(trx, row) });
  return { packId: packRow.id, ref: packRow.ref, changed: true, changes };
}

function writeManifest(trx: Trx, { pack, present, options }: Installation): Promise<PackRow> {
  const values = packValues(pack, present?.config ?? {}, options);
  if (present === undefined) return insertPack(trx, values, authorship(options));
  return updatePack(trx, present.id, differences(present, values), authorship(options));
}

function packValues(
  { manifest, contentHash, directory }: LoadedPack,
  config: PackRow['config'],
  options: InstallOptions,
): NewPack {
  return {
    ...manifest,
    description: manifest.description ?? null,
    author: manifest.author ?? null,
    email: manifest.email ?? null,
    attune_version: manifest.attune_version ?? null,
    config: { ...manifest.config, ...config },
    content_hash: contentHash,
    storage_path: directory,
    installed_at: new Date(),
    installed_by: options.installedBy ?? null,
  };
}

async function versionOf(trx: Trx, { entityType, ref }: ChangedRow): Promise<number> {
  const { items } = await listDefinitionVersions(trx, { entityType, ref }, { limit: 1 });
  return items[0]?.version ?? 0;
}
