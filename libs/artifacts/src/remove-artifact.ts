import {
  deleteArtifact,
  deleteArtifactVersion,
  findArtifactVersionByNumber,
  inTransaction,
  listStorageKeys,
} from '@attune/db';
import type { Trx } from '@attune/db';

import type { ArtifactContext } from './artifact-context.js';
import { refuseTransaction } from './refuse-transaction.js';
import { removeBytes } from './remove-bytes.js';

export interface Removal {
  /** In the transaction of the deletion, when something is deleted: for its audit event. */
  readonly alongside?: ((trx: Trx) => Promise<unknown>) | undefined;
}

/** An artifact with its versions: first the rows, then the bytes. False when it was absent. */
export async function removeArtifact(
  ctx: ArtifactContext,
  id: number,
  { alongside }: Removal = {},
): Promise<boolean> {
  return removeRows(ctx, async (trx) => {
    const keys = await listStorageKeys(trx, id);
    if (!(await deleteArtifact(trx, id))) return undefined;
    await alongside?.(trx);
    return keys;
  });
}

/** A version: first the row, then the bytes. False when it was absent. */
export async function removeVersion(
  ctx: ArtifactContext,
  { artifact, version }: { readonly artifact: number; readonly version: number },
  { alongside }: Removal = {},
): Promise<boolean> {
  return removeRows(ctx, async (trx) => {
    const row = await findArtifactVersionByNumber(trx, artifact, version);
    if (row === undefined || !(await deleteArtifactVersion(trx, artifact, version))) return undefined;
    await alongside?.(trx);
    return row.storage_key === null ? [] : [row.storage_key];
  });
}

/**
 * `deleteRows` answers the keys of the bytes that nobody names after the commit, or undefined when nothing was there. A
 * process that dies in between, or a version stored meanwhile, leaves bytes that the sweep for orphans removes.
 */
async function removeRows(
  ctx: ArtifactContext,
  deleteRows: (trx: Trx) => Promise<readonly string[] | undefined>,
): Promise<boolean> {
  refuseTransaction(ctx.db);
  const keys = await inTransaction(ctx.db, deleteRows);
  if (keys === undefined) return false;
  await removeBytes(ctx, keys);
  return true;
}
