import { findNamedStorageKeys } from '@attune/db';
import { ValidationError } from '@attune/domain';

import type { ArtifactContext } from './artifact-context.js';
import { removeBytes } from './remove-bytes.js';

const batchSize = 500;

/**
 * A row is written at most ten minutes after its bytes (insertArtifactVersion sees to it), and clocks differ by a
 * minute: bytes that are older than this and have no row get none any more.
 */
export const leastGraceMs = 30 * 60_000;

export interface OrphanSweep {
  /** At least `leastGraceMs`. */
  readonly olderThanMs: number;
  /** Keys to look at. */
  readonly limit: number;
  /** Where the sweep before has stopped. */
  readonly after?: string | undefined;
}

export interface OrphanReport {
  /** Keys looked at. */
  examined: number;
  /** Bytes without a row. */
  removed: number;
  /** Bytes without a row that could not be removed. */
  bytesLeft: number;
  /** Uploads that were never completed. */
  unfinished: number;
  /** `after` of the next sweep; absent when all has been looked at and it begins anew. */
  next?: string;
}

/**
 * Removes what crashes have left: bytes that no row names, and uploads that were never completed. Reads the keys of the
 * storage in their order and asks the database about a batch of them at once. Any number of processes may do it at
 * once; what is being stored meanwhile is too young for it.
 */
export async function sweepOrphans(
  ctx: ArtifactContext,
  { olderThanMs, limit, after }: OrphanSweep,
): Promise<OrphanReport> {
  checkGrace(olderThanMs);
  const unfinished = await ctx.storage.removeUnfinished({ olderThanMs, limit });
  const report: OrphanReport = { examined: 0, removed: 0, bytesLeft: 0, unfinished };
  for await (const keys of inBatches(ctx.storage.keys({ olderThanMs, after }), limit)) {
    const named = await findNamedStorageKeys(ctx.db, keys);
    const orphans = keys.filter((key) => !named.has(key));
    const left = await removeBytes(ctx, orphans);
    report.examined += keys.length;
    report.removed += orphans.length - left;
    report.bytesLeft += left;
    const last = keys.at(-1);
    if (report.examined >= limit && last !== undefined) report.next = last;
  }
  return report;
}

function checkGrace(olderThanMs: number): void {
  if (olderThanMs >= leastGraceMs) return;
  const message = `must be at least ${leastGraceMs} ms: younger bytes may be about to get their row`;
  throw new ValidationError(`cannot sweep artifact bytes: olderThanMs ${message}`, {
    details: [{ path: 'olderThanMs', message }],
  });
}

async function* inBatches(keys: AsyncIterable<string>, limit: number): AsyncIterable<string[]> {
  let batch: string[] = [];
  let taken = 0;
  for await (const key of keys) {
    batch.push(key);
    taken += 1;
    if (batch.length === batchSize) {
      yield batch;
      batch = [];
    }
    if (taken >= limit) break;
  }
  if (batch.length > 0) yield batch;
}
