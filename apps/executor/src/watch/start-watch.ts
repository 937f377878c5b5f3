import { every } from '@attune/service';

import type { ExecutorConfig } from '../config.js';
import type { ExecutorContext } from '../context.js';
import { jitter } from '../sweeps/sweep.js';
import { checkBooks } from './check-books.js';
import { createAlerts } from './raise-alerts.js';

/** Checks the ledger and raises alerts, again and again. Any number of executors do: each happening is told of once. */
export function startWatch(
  ctx: ExecutorContext,
  { ledger, alerts }: ExecutorConfig['watch'],
): { stop(): Promise<void> } {
  const raise = createAlerts(ctx);
  const repeaters = [
    every(ledger.interval_ms, () => checkBooks(ctx, ledger), {
      log: ctx.log,
      name: 'executor.ledger',
      jitter,
    }),
    every(alerts.interval_ms, raise, { log: ctx.log, name: 'executor.alerts', jitter }),
  ];
  return {
    stop: async () => {
      await Promise.all(repeaters.map((repeater) => repeater.stop()));
    },
  };
}
