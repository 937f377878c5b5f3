import type { ArtifactContext } from './artifact-context.js';

const atOnce = 100;

/**
 * Removes bytes that no row names any more. What cannot be removed is logged and left to the sweep for orphans: the
 * rows are gone, and that is what counts. Resolves with how many are left.
 */
export async function removeBytes(
  { storage, log }: Pick<ArtifactContext, 'storage' | 'log'>,
  keys: readonly string[],
): Promise<number> {
  let left = 0;
  for (let first = 0; first < keys.length; first += atOnce) {
    const removals = keys.slice(first, first + atOnce).map((key) => storage.remove(key));
    const failures = (await Promise.allSettled(removals)).filter((end) => end.status === 'rejected');
    left += failures.length;
    const [failure] = failures;
    if (failure !== undefined)
      log.warn(
        { event: 'artifacts.bytes_left', err: failure.reason as unknown, count: failures.length },
        'bytes of artifacts could not be removed; the sweep for orphans tries again',
      );
  }
  return left;
}
