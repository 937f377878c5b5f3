import type { Log } from '@attune/service';
import type { Channel, ChannelModel } from 'amqplib';
import { brokerName } from '../names.js';
import { exchanges } from '../topology.js';
import type { Binding, LogDefinition, QueueDefinition } from '../topology.js';
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
  options: DeclareOptions,
): Promise<void> {
  const { name, binding } = queue;
  await assertDurable(model, { name, binding, arguments: queueArguments(queue, options.prefix) }, options);
}

/** Idempotent, and lenient, as declareQueue is. */
export async function declareLog(
  model: ChannelModel,
  log: LogDefinition,
  options: DeclareOptions,
): Promise<void> {
  await assertDurable(
    model,
    { name: log.name, binding: log.contract, arguments: logArguments(log) },
    options,
  );
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

interface Durable {
  /** Unprefixed. */
  name: string;
  binding: Binding;
  arguments: Record<string, string | number>;
}

async function assertDurable(
  model: ChannelModel,
  { name, binding, arguments: args }: Durable,
  { prefix, log }: DeclareOptions,
): Promise<void> {
  const queue = brokerName(prefix, name);
  try {
    await withChannel(model, (channel) => channel.assertQueue(queue, { durable: true, arguments: args }));
  } catch (error) {
    if ((error as { code?: unknown }).code !== preconditionFailed) throw error;
    log.error({ event: 'broker.queue_differs', queue, err: error }, `${queue} exists with other arguments`);
  }
  const { exchange, routingKey } = binding;
  await withChannel(model, (channel) => channel.bindQueue(queue, brokerName(prefix, exchange), routingKey));
}

function logArguments({
  maxBytes,
  segmentBytes,
  maxAgeHours,
}: LogDefinition): Record<string, string | number> {
  return {
    'x-queue-type': 'stream',
    'x-max-length-bytes': maxBytes,
    'x-stream-max-segment-size-bytes': segmentBytes,
    'x-max-age': `${maxAgeHours}h`,
  };
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
