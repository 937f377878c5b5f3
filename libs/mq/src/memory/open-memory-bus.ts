import type { Log } from '@attune/service';
import type {
  Bus,
  BusHealth,
  ConsumeOptions,
  DeadLetter,
  Handle,
  SubscribeOptions,
  Subscription,
} from '../bus.js';
import { atMostOnce } from '../consume/at-most-once.js';
import { consumerSettings, subscriberSettings } from '../consume/consumer-settings.js';
import { isWork } from '../define-message.js';
import type { MessageContract, Outgoing } from '../define-message.js';
import type { Received } from '../envelope.js';
import type { Handler } from '../middleware/middleware.js';
import type { PublishFailure } from '../publish-error.js';
import { concludePublish } from '../publish-outcome.js';
import { deadLetterQueue, dispatchQueue, isDispatchQueue, logOf, routeOf } from '../topology.js';
import { encode } from '../wire.js';
import { MemoryBroker } from './memory-broker.js';
import type { Destination, MemoryBrokerOptions } from './memory-broker.js';
import { MemoryConsumer } from './memory-consumer.js';
import type { MemoryConsumerOptions } from './memory-consumer.js';

export interface MemoryBusOptions {
  log: Log;
  /** Share one between the services of a process; a bus without one has its own. */
  broker?: MemoryBroker;
  /** Longest publish() waits for room in a full queue, default 10 s. */
  publishTimeoutMs?: number;
}

export function createMemoryBroker(options?: MemoryBrokerOptions): MemoryBroker {
  return new MemoryBroker(options);
}

/** The bus of one service in this process. Closing it closes its own subscriptions; what it queued stays. */
export function openMemoryBus(options: MemoryBusOptions): Bus {
  return new MemoryBus(options);
}

class MemoryBus implements Bus {
  readonly #log: Log;
  readonly #broker: MemoryBroker;
  readonly #publishTimeoutMs: number;
  readonly #consumers = new Set<MemoryConsumer>();
  #closed = false;

  constructor({ log, broker = new MemoryBroker(), publishTimeoutMs = 10_000 }: MemoryBusOptions) {
    this.#log = log;
    this.#broker = broker;
    this.#publishTimeoutMs = publishTimeoutMs;
  }

  async publish(messages: readonly Outgoing[]): Promise<void> {
    const failures: (PublishFailure | undefined)[] = [];
    for (const outgoing of messages) {
      const queues = this.#broker.route(routeOf(outgoing));
      // Waiting only where there is no room: otherwise a batch goes in one piece, before any later one.
      const room = queues.every((queue) => queue.hasRoom) || (await this.#awaitRoom(queues));
      const failure = this.#refusal(outgoing, queues.length, room);
      if (failure === undefined) this.#push(outgoing, queues);
      failures.push(failure);
    }
    concludePublish(messages, failures, this.#closed ? 'bus closed' : undefined);
  }

  async consume<B>(
    contract: MessageContract<B>,
    options: ConsumeOptions,
    handle: Handle<B>,
  ): Promise<Subscription> {
    if (isDispatchQueue(options.queue)) await this.ensureDispatchQueue(options.queue);
    const queue = this.#broker.find(options.queue);
    if (queue === undefined) throw new Error(`cannot consume ${options.queue}: there is no such queue`);
    const settings = consumerSettings(contract, options, this.#log);
    return this.#start({ queue, settings, handler: handle as Handler });
  }

  async subscribe<B>(
    contract: MessageContract<B>,
    handle: (batch: readonly Received<B>[]) => Promise<void>,
    { onGap }: SubscribeOptions = {},
  ): Promise<Subscription> {
    const queue = this.#broker.openSubscription(contract, onGap);
    const settings = subscriberSettings(contract, this.#log);
    const handler = atMostOnce(handle, settings.info);
    return this.#start({ queue, settings, handler, onClose: () => this.#broker.unbind(queue, contract) });
  }

  async readLog<B>(
    contract: MessageContract<B>,
    handle: (batch: readonly Received<B>[]) => Promise<void>,
    { onGap }: SubscribeOptions = {},
  ): Promise<Subscription> {
    const log = this.#broker.log(logOf(contract));
    const queue = log.open(onGap);
    const settings = subscriberSettings(contract, this.#log);
    const handler = atMostOnce(handle, settings.info);
    return this.#start({ queue, settings, handler, onClose: () => log.close(queue) });
  }

  async ensureDispatchQueue(name: string): Promise<void> {
    this.#broker.declare(dispatchQueue(name));
  }

  async queueDepth(name: string): Promise<number | undefined> {
    return name === deadLetterQueue ? this.#broker.graveyard.size : this.#broker.find(name)?.depth;
  }

  async listDeadLetters(limit: number): Promise<readonly DeadLetter[]> {
    return this.#broker.graveyard.list(limit);
  }

  async requeueDeadLetters(ids: readonly string[]): Promise<readonly string[]> {
    return this.#broker.requeueDeadLetters(ids);
  }

  async dropDeadLetters(ids: readonly string[]): Promise<readonly string[]> {
    return this.#broker.graveyard.take(ids).map(({ id }) => id);
  }

  health(): BusHealth {
    return { connected: !this.#closed, consumers: [...this.#consumers].map((consumer) => consumer.health()) };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#consumers].map((consumer) => consumer.close()));
    this.#closed = true;
  }

  async #start(options: Omit<MemoryConsumerOptions, 'broker'>): Promise<Subscription> {
    const consumer = new MemoryConsumer({
      ...options,
      broker: this.#broker,
      onClose: () => {
        options.onClose?.();
        this.#consumers.delete(consumer);
      },
    });
    this.#consumers.add(consumer);
    await consumer.resume();
    return consumer;
  }

  async #awaitRoom(queues: readonly Destination[]): Promise<boolean> {
    const admitted = await Promise.all(queues.map((queue) => queue.room(this.#publishTimeoutMs)));
    return admitted.every(Boolean);
  }

  #refusal({ contract }: Outgoing, queueCount: number, room: boolean): PublishFailure | undefined {
    if (this.#closed) return 'unconfirmed';
    if (!room) return 'rejected';
    return queueCount === 0 && isWork(contract) ? 'unroutable' : undefined;
  }

  #push(outgoing: Outgoing, queues: readonly Destination[]): void {
    if (queues.length === 0) return;
    const wire = encode(outgoing);
    for (const queue of queues) queue.push(wire);
  }
}
