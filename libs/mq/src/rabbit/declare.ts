import type { Log } from '@attune/service';
import type { Channel, ChannelModel } from 'amqplib';
import { brokerName } from '../names.js';
import { exchanges } from '../topology.js';
import type { Binding, QueueDefinition } from '../topology.js';
import { withChannel } from './channel-use.js';

const preconditionFailed = 406;
const subscriptionLength = 10_000;

export interface DeclareOptions {
  prefix: string;
  log: Log;
}

export async function declareExchanges(model: ChannelModel, { prefix }: DeclareOptions): Promise<void> {
  await withChannel(model, async (channel) => {
    for (const [name, type] of Object.entries(exchanges)) {
      await channel.assertExchange(brokerName(prefix, name), type, { durable: true });
    }
  });
}

/**
 * Idempotent. A queue that exists with other arguments (an older release, an operator's hand) is used as it is and
 * reported: refusing to work would be worse than its other limits.
 */
export async function declareQueue(
  model: ChannelModel,
  queue: QueueDefinition,
  { prefix, log }: DeclareOptions,
): Promise<void> {
  const name = brokerName(prefix, queue.name);
  try {
    await withChannel(model, (channel) =>
      channel.assertQueue(name, { durable: true, arguments: queueArguments(queue, prefix) }),
    );
  } catch (error) {
    if ((error as { code?: unknown }).code !== preconditionFailed) throw error;
    log.error(
      { event: 'broker.queue_differs', queue: name, err: error },
      `${name} exists with other arguments`,
    );
  }
  const { exchange, routingKey } = queue.binding;
  await withChannel(model, (channel) => channel.bindQueue(name, brokerName(prefix, exchange), routingKey));
}

/**
 * A queue of one subscriber, gone with its connection. Its name is the broker's choice: after a cut the old queue
 * may still be held by the connection the broker has not missed yet.
 */
export async function openSubscriptionQueue(
  channel: Channel,
  { exchange, routingKey }: Binding,
  prefix: string,
): Promise<string> {
  const { queue } = await channel.assertQueue('', {
    exclusive: true,
    durable: false,
    arguments: { 'x-queue-type': 'classic', 'x-max-length': subscriptionLength, 'x-overflow': 'drop-head' },
  });
  await channel.bindQueue(queue, brokerName(prefix, exchange), routingKey);
  return queue;
}

function queueArguments(queue: QueueDefinition, prefix: string): Record<string, string | number> {
  const { deliveryLimit, deadLetterExchange } = queue;
  return {
    'x-queue-type': 'quorum',
    'x-delivery-limit': deliveryLimit,
    ...(deadLetterExchange === undefined
      ? {}
      : { 'x-dead-letter-exchange': brokerName(prefix, deadLetterExchange) }),
  };
}
