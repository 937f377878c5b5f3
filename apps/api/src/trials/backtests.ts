import { RateLimitedError } from '@attune/domain';
import type { BacktestsConfig } from './backtests.config.js';

/** What the backtests of this process share: each keeps it busy. */
export interface Backtests {
  readonly settings: BacktestsConfig;
  /** Holds a place until it is given back; giving it back is idempotent. Throws RateLimitedError when there is none. */
  take(): () => void;
}

export function openBacktests(settings: BacktestsConfig): Backtests {
  const running = new Set<symbol>();
  return {
    settings,
    take: () => {
      if (running.size >= settings.max_running) {
        throw new RateLimitedError('this server runs as many backtests as it may; try again later');
      }
      const place = Symbol('backtest');
      running.add(place);
      return () => void running.delete(place);
    },
  };
}
