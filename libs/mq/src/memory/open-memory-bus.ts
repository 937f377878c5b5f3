import type { Log } from '@attune/service';
import type { Bus } from '../bus.js';

/** What several in-process buses share: exchanges, queues, dead letters. */
export interface MemoryBroker {
  readonly kind: 'memory';
}

export interface MemoryBusOptions {
  log: Log;
  /** Share one between the services of a process; a bus without one has its own. */
  broker?: MemoryBroker;
}

export declare function createMemoryBroker(options?: { maxQueueLength?: number }): MemoryBroker;

/** The bus of one service in this process. Closing it closes its own subscriptions; what it queued stays. */
export declare function openMemoryBus(options: MemoryBusOptions): Bus;
