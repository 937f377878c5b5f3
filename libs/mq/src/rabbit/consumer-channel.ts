import type { Channel, ConsumeMessage } from 'amqplib';
import type { Delivery } from '../consume/consumer.js';
import { offsetHeader } from '../wire.js';
import { within } from './deadline.js';
import { DeliveryTags } from './delivery-tags.js';
import type { LogStart } from './log-cursor.js';

const cancelTimeoutMs = 5_000;

export interface RabbitDelivery extends Delivery {
  readonly wire: ConsumeMessage;
  /** Deliveries can be settled on the channel they came through only. */
  readonly channel: ConsumerChannel;
}

/** One open channel of a consumer. Once it is gone, settling is without effect: the broker has requeued everything. */
export class ConsumerChannel {
  /** Resolves when the channel, its connection or the broker's side of the consumer is gone. */
  readonly gone: Promise<Error | undefined>;
  readonly #channel: Channel;
  readonly #queue: string;
  readonly #tags = new DeliveryTags();
  #end: (error?: Error) => void = () => undefined;
  #open = true;
  #consumerTag: string | undefined;

  constructor(channel: Channel, queue: string) {
    this.#channel = channel;
    this.#queue = queue;
    this.gone = new Promise((resolve) => {
      this.#end = (error) => {
        this.#open = false;
        resolve(error);
      };
    });
    channel.on('error', (error) => this.#end(error));
    channel.on('close', () => this.#end());
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** `from`: where in a log to begin. */
  async begin(onDelivery: (delivery: RabbitDelivery) => void, from?: LogStart): Promise<void> {
    const receive = (wire: ConsumeMessage | null): void => {
      if (wire === null) {
        this.#end(new Error(`the broker cancelled the consumer of ${this.#queue}`));
        return;
      }
      this.#tags.add(wire.fields.deliveryTag);
      onDelivery({ wire, channel: this });
    };
    const options = from === undefined ? {} : { arguments: { [offsetHeader]: from } };
    const { consumerTag } = await this.#channel.consume(this.#queue, receive, options);
    this.#consumerTag = consumerTag;
  }

  /** Deliveries under way still arrive before it resolves; a broker that does not answer loses the channel. */
  async cancel(): Promise<void> {
    if (this.#consumerTag === undefined || !this.#open) return;
    const tag = this.#consumerTag;
    this.#consumerTag = undefined;
    const cancelled = this.#channel.cancel(tag);
    await within(cancelTimeoutMs, 'cancelling a consumer', cancelled).catch((error: Error) =>
      this.#end(error),
    );
  }

  ack(deliveries: readonly RabbitDelivery[]): void {
    this.#settle(deliveries, (wire, multiple) => this.#channel.ack(wire, multiple));
  }

  /** Back to the queue. From RabbitMQ 4.3 on this does not count towards the delivery limit. */
  requeue(deliveries: readonly RabbitDelivery[]): void {
    this.#settle(deliveries, (wire, multiple) => this.#channel.nack(wire, multiple, true));
  }

  /** Asks the broker; throws, or ends the channel, when the broker no longer knows this consumer. */
  async probe(): Promise<void> {
    const { consumerCount } = await this.#channel.checkQueue(this.#queue);
    if (consumerCount === 0 && this.#consumerTag !== undefined) {
      this.#end(new Error(`the broker has no consumer of ${this.#queue}`));
    }
  }

  /** Ends it from our side: its session closes the channel and opens a new one. */
  abandon(reason: string): void {
    this.#end(new Error(reason));
  }

  #settle(
    deliveries: readonly RabbitDelivery[],
    send: (wire: ConsumeMessage, multiple: boolean) => void,
  ): void {
    if (!this.#open) return;
    const byTag = new Map(deliveries.map(({ wire }) => [wire.fields.deliveryTag, wire]));
    const { upTo, single } = this.#tags.take([...byTag.keys()]);
    if (upTo !== undefined) send(byTag.get(upTo)!, true);
    for (const tag of single) send(byTag.get(tag)!, false);
  }
}
