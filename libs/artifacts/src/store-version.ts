import { insertArtifactVersion, inTransaction } from '@attune/db';
import type { ArtifactVersionRow, Db, NewStoredVersion, Trx } from '@attune/db';
import { AttuneError, TransientError } from '@attune/domain';

import type { ArtifactContext } from './artifact-context.js';
import type { ByteSource } from './artifact-storage.js';
import { removeBytes } from './remove-bytes.js';
import { refuseTransaction } from './refuse-transaction.js';

export interface NewContent extends Pick<
  NewStoredVersion,
  'artifact' | 'execution' | 'content_type' | 'meta' | 'created_by'
> {
  readonly content: ByteSource;
  /** Bytes at most. */
  readonly limit?: number | undefined;
  /** In the transaction of the row, after it: for the audit event of the upload. */
  readonly alongside?: ((trx: Trx, version: ArtifactVersionRow) => Promise<unknown>) | undefined;
}

/**
 * Stores bytes as the next version of an artifact: first the bytes, then the row. A process that dies in between leaves
 * bytes without a row, which the sweep for orphans removes, and never a row without bytes.
 *
 * MissingReferenceError when there is no such artifact, PayloadTooLargeError beyond the limit, TransientError when
 * storage or database failed; what the content threw is thrown on. Nothing of it is visible then - except after a
 * TransientError of the database, where the answer to the commit may be what was lost.
 */
export async function storeVersion(
  ctx: ArtifactContext,
  { content, limit, alongside, ...details }: NewContent,
): Promise<ArtifactVersionRow> {
  refuseTransaction(ctx.db);
  const { key, size, sha256, storedAt } = await ctx.storage.put(content, { limit });
  const stored = { storage_key: key, size_bytes: size, checksum: sha256, stored_at: storedAt };
  try {
    return await insertWith(ctx.db, { ...details, ...stored }, alongside);
  } catch (error) {
    if (isRefusal(error)) await removeBytes(ctx, [key]);
    throw error;
  }
}

async function insertWith(
  db: Db,
  values: NewStoredVersion,
  alongside: NewContent['alongside'],
): Promise<ArtifactVersionRow> {
  if (alongside === undefined) return insertArtifactVersion(db, values);
  return inTransaction(db, async (trx) => {
    const version = await insertArtifactVersion(trx, values);
    await alongside(trx, version);
    return version;
  });
}

/** The row is certainly not there. After any other error it may be, and then its bytes must be too. */
function isRefusal(error: unknown): boolean {
  return error instanceof AttuneError && !(error instanceof TransientError);
}
