import type { ConsumerHealth, Subscription } from '../bus.js';
import type { ConsumerSettings } from '../consume/consumer-settings.js';
import { Consumer } from '../consume/consumer.js';
import type { Delivery, Settlement } from '../consume/consumer.js';
import { bury } from '../dead-letter-wire.js';
import { withMiddleware } from '../middleware/index.js';
import type { Handler } from '../middleware/middleware.js';
import type { UntrustedMessage } from '../wire.js';
import { rewrite } from '../wire.js';
import type { MemoryBroker } from './memory-broker.js';
import type { MemoryQueue, Reader } from './memory-queue.js';

export interface MemoryConsumerOptions {
  broker: MemoryBroker;
  queue: MemoryQueue;
  settings: ConsumerSettings;
  handler: Handler;
  onClose?: () => void;
}

/** One consumer of a queue in this process. */
export class MemoryConsumer implements Subscription, Reader {
  readonly #queue: MemoryQueue;
  readonly #broker: MemoryBroker;
  readonly #prefetch: number;
  readonly #consumer: Consumer<Delivery>;
  #state: 'consuming' | 'paused' | 'closed' = 'paused';
  #unsettled = 0;

  readonly #onClose: (() => void) | undefined;

  constructor({ broker, queue, settings, handler, onClose }: MemoryConsumerOptions) {
    const { info, intake } = settings;
    this.#broker = broker;
    this.#queue = queue;
    this.#prefetch = settings.prefetch;
    this.#onClose = onClose;
    this.#consumer = new Consumer({
      info,
      intake,
      handler: withMiddleware(handler, info),
      settlement: this.#settlement(),
    });
  }

  hasCredit(): boolean {
    return this.#unsettled < this.#prefetch;
  }

  deliver(wire: UntrustedMessage): void {
    this.#unsettled += 1;
    this.#consumer.deliver({ wire });
  }

  async pause(): Promise<void> {
    if (this.#state !== 'consuming') return;
    this.#state = 'paused';
    this.#queue.detach(this);
    this.#consumer.stop();
    this.#consumer.giveBack();
  }

  async resume(): Promise<void> {
    if (this.#state !== 'paused') return;
    this.#state = 'consuming';
    this.#consumer.start();
    this.#queue.attach(this);
  }

  async close(): Promise<void> {
    await this.pause();
    this.#state = 'closed';
    await this.#consumer.idle();
    this.#consumer.giveBack();
    this.#onClose?.();
  }

  health(): ConsumerHealth {
    this.#consumer.prove();
    return this.#consumer.health(this.#state === 'consuming' ? 'consuming' : 'paused');
  }

  #settlement(): Settlement<Delivery> {
    const settled = (count: number): void => {
      this.#unsettled -= count;
      this.#queue.offer();
    };
    return {
      ack: (deliveries) => settled(deliveries.length),
      release: (deliveries) => {
        this.#unsettled -= deliveries.length;
        this.#queue.giveBack(deliveries.map(({ wire }) => wire));
      },
      requeue: async ({ wire }, attempt) => {
        this.#queue.push(rewrite(wire, { attempt }));
        settled(1);
      },
      deadLetter: async (letters) => {
        const { name: handler, queue } = this.#consumer.info;
        for (const { delivery, reason, attempts } of letters) {
          this.#broker.graveyard.bury(bury(delivery.wire, { reason, queue, handler, attempts }));
        }
        settled(letters.length);
      },
    };
  }
}
