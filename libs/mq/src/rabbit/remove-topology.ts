import { connect } from 'amqplib';
import { brokerName } from '../names.js';
import { exchanges, logs, queues } from '../topology.js';

export interface Installation {
  url: string;
  prefix: string;
  /** Unprefixed names of its dispatch queues; the broker cannot be asked for them over AMQP. */
  dispatchQueues: Iterable<string>;
}

/**
 * Deletes the exchanges and queues of an installation, with every message in them. For installations that were
 * temporary: the demo, benchmarks, tests. Its processes must have ended, or they declare everything again.
 */
export async function removeTopology({ url, prefix, dispatchQueues }: Installation): Promise<void> {
  const names = new Set([...[...queues, ...logs].map((queue) => queue.name), ...dispatchQueues]);
  const model = await connect(url);
  try {
    const channel = await model.createChannel();
    for (const name of names) await channel.deleteQueue(brokerName(prefix, name));
    for (const name of Object.keys(exchanges)) await channel.deleteExchange(brokerName(prefix, name));
  } finally {
    await model.close();
  }
}
