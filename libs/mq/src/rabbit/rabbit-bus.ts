import { TransientError } from '@attune/domain';
import type { Log, Repeater } from '@attune/service';
import type { ChannelModel } from 'amqplib';
import type {
  Bus,
  BusHealth,
  ConsumeOptions,
  DeadLetter,
  DeadLetters,
  Handle,
  SubscribeOptions,
  Subscription,
} from '../bus.js';
import { consumerSettings } from '../consume/consumer-settings.js';
import type { MessageContract, Outgoing } from '../define-message.js';
import type { Received } from '../envelope.js';
import type { Handler } from '../middleware/middleware.js';
import { concludePublish } from '../publish-outcome.js';
import { watchLiveness } from './liveness.js';
import { logReaderParts, subscriberParts } from './listening.js';
import type { ConsumerParts } from './listening.js';
import { LoopBack } from './loop-back.js';
import { postingOf } from './posting.js';
import { RabbitConnection } from './rabbit-connection.js';
import { RabbitConsumer } from './rabbit-consumer.js';
import { rabbitDeadLetters } from './rabbit-dead-letters.js';
import { RabbitPublisher } from './rabbit-publisher.js';
import { RabbitQueues } from './rabbit-queues.js';

const operationTimeoutMs = 10_000;

export interface RabbitBusOptions {
  /** amqp:// or amqps:// */
  url: string;
  /** Put before every exchange and queue name, so that installations share a broker; '' for none. */
  prefix: string;
  log: Log;
  /** Longest publish() waits for a broker that is away or slow, default 10 s. */
  publishTimeoutMs?: number;
  /** Ends the wait for the first connection. */
  signal?: AbortSignal;
}

/**
 * Two connections, because a broker short of memory stops reading from those that publish, and acknowledgements
 * must still get through. Both declare what is needed whenever they connect.
 */
export class RabbitBus implements Bus {
  readonly #options: RabbitBusOptions;
  readonly #queues: RabbitQueues;
  readonly #consumers = new Set<RabbitConsumer>();
  readonly #publishing: RabbitConnection;
  readonly #consuming: RabbitConnection;
  readonly #publisher: RabbitPublisher;
  readonly #deadLetters: DeadLetters;
  readonly #loopBack = new LoopBack();
  readonly #liveness: Repeater;
  #closing: Promise<void> | undefined;

  constructor(options: RabbitBusOptions) {
    const { url, prefix, log, publishTimeoutMs = 10_000 } = options;
    const loopBack = this.#loopBack;
    this.#options = options;
    this.#queues = new RabbitQueues({ prefix, log, model: () => this.#model() });
    this.#publishing = new RabbitConnection({
      url,
      log,
      name: 'publisher',
      setup: (model) => this.#queues.declareAll(model),
    });
    this.#consuming = new RabbitConnection({
      url,
      log,
      name: 'consumer',
      setup: async (model) => {
        await this.#queues.declareAll(model);
        await loopBack.open(model);
      },
    });
    this.#publisher = new RabbitPublisher(this.#publishing, publishTimeoutMs);
    this.#deadLetters = rabbitDeadLetters({ prefix, publisher: this.#publisher, model: () => this.#model() });
    this.#liveness = watchLiveness({
      log,
      loopBack,
      publishing: this.#publishing,
      consuming: this.#consuming,
      publisher: this.#publisher,
      consumers: this.#consumers,
    });
  }

  /** True once both connections are open; false when `signal` aborts first. */
  async connected(signal: AbortSignal): Promise<boolean> {
    const models = await Promise.all([this.#publishing.whenUp(signal), this.#consuming.whenUp(signal)]);
    return models.every((model) => model !== undefined);
  }

  /** Unprefixed names of the queues this bus has declared. */
  get queueNames(): readonly string[] {
    return this.#queues.names;
  }

  async publish(messages: readonly Outgoing[]): Promise<void> {
    if (messages.length === 0) return;
    const postings = messages.map((outgoing) => postingOf(outgoing, this.#options.prefix));
    concludePublish(messages, await this.#publisher.post(postings), this.#trouble());
  }

  async consume<B>(
    contract: MessageContract<B>,
    options: ConsumeOptions,
    handle: Handle<B>,
  ): Promise<Subscription> {
    const { queue } = options;
    await this.#queues.declare(queue);
    return this.#start({
      settings: consumerSettings(contract, options, this.#options.log),
      handler: handle as Handler,
      queueOn: async () => {
        await this.#queues.declare(queue);
        return this.#queues.nameOf(queue);
      },
    });
  }

  async subscribe<B>(
    contract: MessageContract<B>,
    handle: (batch: readonly Received<B>[]) => Promise<void>,
    { onGap }: SubscribeOptions = {},
  ): Promise<Subscription> {
    const { log } = this.#options;
    return this.#start(subscriberParts(contract, handle, { queues: this.#queues, log, onGap }));
  }

  async readLog<B>(
    contract: MessageContract<B>,
    handle: (batch: readonly Received<B>[]) => Promise<void>,
    { onGap }: SubscribeOptions = {},
  ): Promise<Subscription> {
    const { log } = this.#options;
    const restart = (reason: string) => reader?.restart(reason);
    const parts = logReaderParts(contract, handle, { queues: this.#queues, log, onGap, restart });
    const reader = await this.#start(parts);
    return reader;
  }

  ensureDispatchQueue(name: string): Promise<void> {
    return this.#queues.ensureDispatchQueue(name);
  }

  queueDepth(name: string): Promise<number | undefined> {
    return this.#queues.depth(name);
  }

  listDeadLetters(limit: number): Promise<readonly DeadLetter[]> {
    return this.#deadLetters.listDeadLetters(limit);
  }

  requeueDeadLetters(ids: readonly string[]): Promise<readonly string[]> {
    return this.#deadLetters.requeueDeadLetters(ids);
  }

  dropDeadLetters(ids: readonly string[]): Promise<readonly string[]> {
    return this.#deadLetters.dropDeadLetters(ids);
  }

  health(): BusHealth {
    const detail = this.#trouble();
    return {
      connected: this.#publishing.current !== undefined && this.#consuming.current !== undefined,
      ...(detail === undefined ? {} : { detail }),
      consumers: [...this.#consumers].map((consumer) => consumer.health()),
    };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#consumers].map((consumer) => consumer.close()));
    await Promise.all([this.#consuming.close(), this.#publishing.close()]);
    this.#loopBack.close();
    await this.#liveness.stop();
  }

  async #start({ onClose, ...own }: ConsumerParts): Promise<RabbitConsumer> {
    const consumer = new RabbitConsumer({
      ...own,
      connection: this.#consuming,
      publisher: this.#publisher,
      prefix: this.#options.prefix,
      onClose: () => {
        onClose?.();
        this.#consumers.delete(consumer);
      },
    });
    this.#consumers.add(consumer);
    await consumer.started;
    return consumer;
  }

  /** For single operations, which wait for a connection as publish() does. */
  async #model(): Promise<ChannelModel> {
    const model = await this.#publishing.whenUp(AbortSignal.timeout(operationTimeoutMs));
    if (model === undefined) throw new TransientError('no connection to the broker');
    return model;
  }

  #trouble(): string | undefined {
    if (this.#closing !== undefined) return 'bus closed';
    if (this.#publishing.current === undefined || this.#consuming.current === undefined)
      return 'not connected';
    const { blocked } = this.#publishing;
    return blocked === undefined ? undefined : `the broker takes no messages: ${blocked}`;
  }
}
