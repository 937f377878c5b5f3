import { countSealedValues, retryTransient, rewrapSecrets } from '@attune/db';
import type { RewrapReport } from '@attune/db';
import type { ApiContext } from '../context.js';

const batchSize = 500;
/** Enough of them to see what is wrong. */
const shownUnreadable = 20;

/**
 * Brings everything that is sealed under the current master key, in batches, and says when the previous ones may go.
 * Repeated while the API runs: in a rolling restart the processes that still have the old key go on sealing with it.
 */
export async function rewrapAllSecrets(
  { db, secrets, log }: Pick<ApiContext, 'db' | 'secrets' | 'log'>,
  closing: AbortSignal,
): Promise<void> {
  const total = { looked_at: 0, rewrapped: 0, unreadable: [] as string[] };
  let after: RewrapReport['next'] = { column: 0, row: null };
  while (after !== undefined && !closing.aborted) {
    const request = { limit: batchSize, after };
    const batch: RewrapReport = await retryTransient(() => rewrapSecrets(db, secrets, request));
    total.looked_at += batch.looked_at;
    total.rewrapped += batch.rewrapped;
    total.unreadable.push(...batch.unreadable.slice(0, shownUnreadable - total.unreadable.length));
    after = batch.next;
  }
  await report({ db, secrets, log }, total);
}

async function report(
  { db, secrets, log }: Pick<ApiContext, 'db' | 'secrets' | 'log'>,
  { looked_at, rewrapped, unreadable }: RewrapReport,
): Promise<void> {
  if (looked_at === 0 && secrets.previousKids.length === 0) return;
  const remaining = (await countSealedValues(db)).filter(({ kid }) => kid !== secrets.kid);
  const needed = remaining.length > 0 ? 'some secrets still need' : 'no secret needs';
  log.info(
    { event: 'secrets.rewrapped', looked_at, rewrapped, remaining },
    `${needed} a previous master key`,
  );
  if (unreadable.length === 0) return;
  log.error({ event: 'secrets.unreadable', unreadable }, 'some secrets do not open and stay as they are');
}
