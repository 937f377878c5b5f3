import { insertArtifactVersion, inTransaction } from '@attune/db';
import type { ArtifactVersionRow, NewStoredVersion, Trx } from '@attune/db';
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

/** What is known of bytes that are stored. */
export type StoredContent = Pick<NewStoredVersion, 'storage_key' | 'size_bytes' | 'checksum' | 'stored_at'>;

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
  return storeContent(ctx, { content, limit }, async (trx, stored) => {
    const version = await insertArtifactVersion(trx, { ...details, ...stored });
    await alongside?.(trx, version);
    return version;
  });
}

/**
 * The same where the bytes come first and say what they belong to: `record` writes their row, and all that goes with
 * it, in one transaction. It may refuse them by any error of its own.
 */
export async function storeContent<T>(
  ctx: ArtifactContext,
  { content, limit }: Pick<NewContent, 'content' | 'limit'>,
  record: (trx: Trx, stored: StoredContent) => Promise<T>,
): Promise<T> {
  refuseTransaction(ctx.db);
  const { key, size, sha256, storedAt } = await ctx.storage.put(content, { limit });
  const stored = { storage_key: key, size_bytes: size, checksum: sha256, stored_at: storedAt };
  try {
    return await inTransaction(ctx.db, (trx) => record(trx, stored));
  } catch (error) {
    if (isRefusal(error)) await removeBytes(ctx, [key]);
    throw error;
  }
}

/** The row is certainly not there. After any other error it may be, and then its bytes must be too. */
function isRefusal(error: unknown): boolean {
  return error instanceof AttuneError && !(error instanceof TransientError);
}
