import type { Db } from '@attune/db';
import type { Bus, DeadLetters, Publisher } from '@attune/mq';
import type { Log } from '@attune/service';

import { createStormGuard } from './event-to-enforcement/storm-guard.js';
import type { StormGuard, StormLimits } from './event-to-enforcement/storm-guard.js';
import { createFinishEvents } from './worker-to-execution/finish-events.js';
import type { FinishEvents } from './worker-to-execution/finish-events.js';
import { createRuleCache } from './event-to-enforcement/rule-cache.js';
import type { RuleCache } from './event-to-enforcement/rule-cache.js';
import { createDispatchQueues } from './execution-to-worker/dispatch-queues.js';
import type { DispatchQueues } from './execution-to-worker/dispatch-queues.js';
import { createPolicyCache } from './execution-to-worker/policies/policy-cache.js';
import type { PolicyCache } from './execution-to-worker/policies/policy-cache.js';
import { createQueueWalk } from './execution-to-worker/policies/queue-walk.js';
import type { QueueWalk } from './execution-to-worker/policies/queue-walk.js';

/** What handlers and sweeps are given. The caches are per process and may be out of date. */
export interface ExecutorContext {
  readonly db: Db;
  readonly publisher: Publisher;
  readonly deadLetters: DeadLetters;
  readonly log: Log;
  readonly rules: RuleCache;
  readonly dispatch: DispatchQueues;
  readonly policies: PolicyCache;
  readonly queues: QueueWalk;
  readonly finishEvents: FinishEvents;
  readonly storms: StormGuard;
}

export interface ContextParts {
  readonly db: Db;
  readonly bus: Bus;
  readonly log: Log;
  readonly storm: StormLimits;
}

export function createContext({ db, bus, log, storm }: ContextParts): ExecutorContext {
  return {
    db,
    publisher: bus,
    deadLetters: bus,
    log,
    rules: createRuleCache(db),
    dispatch: createDispatchQueues(db, bus),
    policies: createPolicyCache(db),
    queues: createQueueWalk(db),
    finishEvents: createFinishEvents(db),
    storms: createStormGuard(db, storm),
  };
}
