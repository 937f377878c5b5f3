import type { SweepRequest } from '@attune/db';
import { every } from '@attune/service';

import type { ExecutorConfig } from '../config.js';
import type { ExecutorContext } from '../context.js';
import { logSwept } from '../logger.js';
import { jitter } from './sweep.js';
import type { Sweep } from './sweep.js';
import { sweeps } from './sweeps.js';

/** Batches of one look; the next look goes on. */
const mostBatches = 20;

export interface RunningSweeps {
  /** Waits for the sweeps under way. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Runs every sweep at once and then at its interval. The first look takes rows of `overdue_at_start_ms` already:
 * what a stopped process had in flight is not kept waiting.
 */
export function startSweeps(ctx: ExecutorContext, config: ExecutorConfig['sweeps']): RunningSweeps {
  const repeaters = sweeps.map((sweep) => {
    const { interval_ms, overdue_ms = 0 } = settingsOf(sweep, config);
    let olderThanMs = Math.min(overdue_ms, config.overdue_at_start_ms);
    const look = async () => {
      await sweepAll(sweep, ctx, { olderThanMs, limit: config.batch_size });
      olderThanMs = overdue_ms;
    };
    return every(interval_ms, look, { log: ctx.log, name: `executor.sweep.${sweep.name}`, jitter });
  });
  return {
    stop: async () => {
      await Promise.all(repeaters.map((repeater) => repeater.stop()));
    },
  };
}

interface SweepSettings {
  readonly interval_ms: number;
  /** Of the sweeps that go by age. */
  readonly overdue_ms?: number;
}

function settingsOf({ name }: Sweep, config: ExecutorConfig['sweeps']): SweepSettings {
  return config[name];
}

async function sweepAll(sweep: Sweep, ctx: ExecutorContext, request: SweepRequest): Promise<void> {
  for (let batch = 1; batch <= mostBatches; batch += 1) {
    const taken = await sweep.run(ctx, request);
    if (taken > 0) logSwept(ctx.log, sweep, taken);
    if (taken < request.limit) return;
  }
}
