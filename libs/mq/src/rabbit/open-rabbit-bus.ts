import type { Log } from '@attune/service';
import type { Bus } from '../bus.js';

export interface RabbitBusOptions {
  /** amqp:// or amqps:// */
  url: string;
  /** Put before every exchange and queue name, so that installations share a broker; '' for none. */
  prefix: string;
  log: Log;
  /** Longest publish() waits for a broker that is away or slow, default 10 s. */
  publishTimeoutMs?: number;
}

/**
 * Resolves once connected and declared, however long the broker stays away; `signal` gives up waiting. Afterwards
 * it reconnects for ever: consumers, channels and queues are rebuilt.
 */
export declare function openRabbitBus(options: RabbitBusOptions): Promise<Bus>;
