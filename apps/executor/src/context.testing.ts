import type { Db } from '@attune/db';
import { openMemoryBus } from '@attune/mq';
import type { Bus } from '@attune/mq';
import { recordPublisher } from '@attune/mq/testing';
import type { RecordingPublisher } from '@attune/mq/testing';
import { createLogger } from '@attune/service';

import { createContext } from './context.js';
import type { ExecutorContext } from './context.js';

export const silentLog = createLogger('test', { level: 'silent' });

export interface TestContext extends ExecutorContext {
  readonly publisher: RecordingPublisher;
}

/** A context with fresh caches, whose publisher keeps what it is given. */
export function testContext(db: Db, bus: Bus = openMemoryBus({ log: silentLog })): TestContext {
  return {
    ...createContext({ db, bus, log: silentLog, storm: { max_depth: 3, max_per_minute: 50 } }),
    publisher: recordPublisher(),
  };
}
