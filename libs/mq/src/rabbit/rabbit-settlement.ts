import type { Settlement } from '../consume/consumer.js';
import { bury } from '../dead-letter-wire.js';
import type { ConsumerInfo } from '../middleware/middleware.js';
import { brokerName } from '../names.js';
import { rewrite } from '../wire.js';
import type { ConsumerChannel, RabbitDelivery } from './consumer-channel.js';
import type { RabbitPublisher } from './rabbit-publisher.js';

export interface SettlementOptions {
  publisher: RabbitPublisher;
  prefix: string;
  info: Pick<ConsumerInfo, 'name' | 'queue'>;
}

/**
 * A retry is a copy with the next attempt number at the end of the queue, confirmed before the original is
 * acknowledged: exact on every broker version, where the broker's own count is not. A crash between the two leaves
 * both, which handlers bear. What cannot be published is released instead.
 */
export function settlementOf({ publisher, prefix, info }: SettlementOptions): Settlement<RabbitDelivery> {
  return {
    ack: (deliveries) => onChannels(deliveries, (channel, own) => channel.ack(own)),
    release: (deliveries) => onChannels(deliveries, (channel, own) => channel.requeue(own)),
    requeue: async (delivery, attempt) => {
      if (!delivery.channel.isOpen) return;
      const wire = rewrite(delivery.wire, { attempt });
      const routingKey = brokerName(prefix, info.queue);
      const [failure] = await publisher.post([{ exchange: '', routingKey, wire, durable: true }]);
      if (failure === undefined) delivery.channel.ack([delivery]);
      else delivery.channel.requeue([delivery]);
    },
    deadLetter: async (letters) => {
      const open = letters.filter(({ delivery }) => delivery.channel.isOpen);
      const exchange = brokerName(prefix, 'dead');
      const failures = await publisher.post(
        open.map(({ delivery, reason, attempts }) => {
          const burial = { reason, attempts, queue: info.queue, handler: info.name };
          return { exchange, routingKey: info.queue, wire: bury(delivery.wire, burial), durable: true };
        }),
      );
      const buried = open.filter((_letter, index) => failures[index] === undefined);
      const kept = open.filter((_letter, index) => failures[index] !== undefined);
      onChannels(
        buried.map(({ delivery }) => delivery),
        (channel, own) => channel.ack(own),
      );
      onChannels(
        kept.map(({ delivery }) => delivery),
        (channel, own) => channel.requeue(own),
      );
    },
  };
}

/** Deliveries given back late may stem from several channels, one after the other. */
function onChannels(
  deliveries: readonly RabbitDelivery[],
  act: (channel: ConsumerChannel, own: readonly RabbitDelivery[]) => void,
): void {
  for (const channel of new Set(deliveries.map((delivery) => delivery.channel))) {
    act(
      channel,
      deliveries.filter((delivery) => delivery.channel === channel),
    );
  }
}
