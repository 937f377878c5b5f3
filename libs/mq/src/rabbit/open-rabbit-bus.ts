import { RabbitBus } from './rabbit-bus.js';
import type { RabbitBusOptions } from './rabbit-bus.js';

/** Resolves once connected and declared, however long the broker stays away; an aborted `signal` gives up waiting. */
export async function openRabbitBus(options: RabbitBusOptions): Promise<RabbitBus> {
  const bus = new RabbitBus(options);
  if (await bus.connected(options.signal ?? new AbortController().signal)) return bus;
  await bus.close();
  throw new Error('gave up waiting for the broker', { cause: options.signal?.reason });
}
