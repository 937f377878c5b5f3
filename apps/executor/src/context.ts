import type { Db } from '@attune/db';
import type { Bus, Publisher } from '@attune/mq';
import type { Log } from '@attune/service';

import { createRuleCache } from './event-to-enforcement/rule-cache.js';
import type { RuleCache } from './event-to-enforcement/rule-cache.js';
import { createDispatchQueues } from './execution-to-worker/dispatch-queues.js';
import type { DispatchQueues } from './execution-to-worker/dispatch-queues.js';

/** What handlers and sweeps are given. The caches are per process and may be out of date. */
export interface ExecutorContext {
  readonly db: Db;
  readonly publisher: Publisher;
  readonly log: Log;
  readonly rules: RuleCache;
  readonly dispatch: DispatchQueues;
}

export function createContext({ db, bus, log }: { db: Db; bus: Bus; log: Log }): ExecutorContext {
  return {
    db,
    publisher: bus,
    log,
    rules: createRuleCache(db),
    dispatch: createDispatchQueues(db, bus),
  };
}
