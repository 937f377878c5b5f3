import { checkLedger } from '@attune/db';

import type { ExecutorConfig } from '../config.js';
import type { ExecutorContext } from '../context.js';
import { logLedgerCheck } from '../logger.js';

/** Less than a pause with its jitter: an executor alone checks at each of its looks. */
const turnShare = 0.75;

/** The ledger of the latest window, unless another executor has just checked it. */
export async function checkBooks(
  { db, log }: Pick<ExecutorContext, 'db' | 'log'>,
  { interval_ms, window_ms, timeout_ms }: ExecutorConfig['watch']['ledger'],
): Promise<void> {
  const check = await checkLedger(db, {
    everyMs: interval_ms * turnShare,
    windowMs: window_ms,
    timeoutMs: timeout_ms,
  });
  if (check !== undefined) logLedgerCheck(log, check);
}
