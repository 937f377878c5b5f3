import { applyRetention } from '@attune/db';
import { every } from '@attune/service';

import type { ExecutorConfig } from '../config.js';
import type { ExecutorContext } from '../context.js';
import { logRetention } from '../logger.js';
import { jitter } from './sweep.js';

/**
 * Removes what is kept no longer. Executors share it: each batch of a target is one's, and what a look leaves, at the
 * end of its budget or by a crash, is gone on with by the next one. A stop waits for the batch under way only.
 */
export function startRetention(
  { db, log }: Pick<ExecutorContext, 'db' | 'log'>,
  { interval_ms, budget_ms, share, batch_size }: ExecutorConfig['sweeps']['retention'],
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const look = async () => {
    const options = { batchSize: batch_size, budgetMs: budget_ms, share, signal: stopping.signal };
    logRetention(log, await applyRetention(db, options));
  };
  const repeater = every(interval_ms, look, { log, name: 'executor.sweep.retention', jitter });
  return {
    stop: () => {
      stopping.abort();
      return repeater.stop();
    },
  };
}
