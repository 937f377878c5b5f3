import { expireArtifactVersions } from '@attune/db';

import type { ArtifactContext } from './artifact-context.js';
import { refuseTransaction } from './refuse-transaction.js';
import { removeBytes } from './remove-bytes.js';

const batchSize = 200;

export interface RetentionReport {
  versions: number;
  /** That went with their last version. */
  artifacts: number;
  /** Bytes that could not be removed and wait for the sweep for orphans. */
  bytesLeft: number;
  /** The limit was reached: call again. */
  more: boolean;
}

/**
 * Removes what the retention of artifacts no longer keeps, rows and bytes together, in batches of a transaction each:
 * first the rows, then the bytes. `limit` bounds the versions removed and the artifacts looked at. Any number of
 * processes may do it at once.
 */
export async function applyArtifactRetention(
  ctx: ArtifactContext,
  { limit }: { readonly limit: number },
): Promise<RetentionReport> {
  refuseTransaction(ctx.db);
  const report = { versions: 0, artifacts: 0, bytesLeft: 0, more: false };
  let budget = limit;
  while (budget > 0) {
    const { due, versions, artifacts } = await expireArtifactVersions(ctx.db, {
      limit: Math.min(batchSize, budget),
    });
    if (due === 0) return report;
    const keys = versions.flatMap(({ storage_key }) => storage_key ?? []);
    report.bytesLeft += await removeBytes(ctx, keys);
    report.versions += versions.length;
    report.artifacts += artifacts.length;
    budget -= Math.max(due, versions.length);
  }
  return { ...report, more: true };
}
