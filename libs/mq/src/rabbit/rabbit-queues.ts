import type { Channel, ChannelModel } from 'amqplib';
import { brokerName } from '../names.js';
import { dispatchQueue, isDispatchQueue, logs, queues } from '../topology.js';
import type { Binding, LogDefinition, QueueDefinition } from '../topology.js';
import { withChannel } from './channel-use.js';
import { declareExchanges, declareLog, declareQueue, openSubscriptionQueue } from './declare.js';
import type { DeclareOptions } from './declare.js';

const notFound = 404;

export interface RabbitQueuesOptions extends DeclareOptions {
  /** A connection for single operations; throws when there is none in time. */
  model: () => Promise<ChannelModel>;
}

/** The exchanges and queues this process relies on: those of the topology and the dispatch queues it asked for. */
export class RabbitQueues {
  readonly #options: RabbitQueuesOptions;
  readonly #known = new Map<string, QueueDefinition>(queues.map((queue) => [queue.name, queue]));

  constructor(options: RabbitQueuesOptions) {
    this.#options = options;
  }

  get names(): readonly string[] {
    return [...this.#known.keys()];
  }

  async declareAll(model: ChannelModel): Promise<void> {
    await declareExchanges(model, this.#options);
    for (const queue of this.#known.values()) await declareQueue(model, queue, this.#options);
    for (const log of logs) await declareLog(model, log, this.#options);
  }

  /** Declares a log again, for a reader that found it gone. The broker's name. */
  async declareLog(log: LogDefinition): Promise<string> {
    await declareLog(await this.#options.model(), log, this.#options);
    return this.nameOf(log.name);
  }

  /** Idempotent and cached. */
  async ensureDispatchQueue(name: string): Promise<void> {
    if (this.#known.has(name)) return;
    await this.declare(dispatchQueue(name).name);
  }

  /** Declares a known queue again, for a consumer that found it gone; dispatch queues become known. */
  async declare(name: string): Promise<void> {
    const queue = isDispatchQueue(name) ? dispatchQueue(name) : this.#known.get(name);
    if (queue === undefined) throw new Error(`cannot consume ${name}: there is no such queue`);
    await declareQueue(await this.#options.model(), queue, this.#options);
    this.#known.set(name, queue);
  }

  /** The broker's name. */
  nameOf(name: string): string {
    return brokerName(this.#options.prefix, name);
  }

  openSubscription(channel: Channel, binding: Binding): Promise<string> {
    return openSubscriptionQueue(channel, binding, this.#options.prefix);
  }

  /** Ready messages; undefined when the broker has no such queue. */
  async depth(name: string): Promise<number | undefined> {
    const queue = this.nameOf(name);
    try {
      const { messageCount } = await withChannel(await this.#options.model(), (own) => own.checkQueue(queue));
      return messageCount;
    } catch (error) {
      if ((error as { code?: unknown }).code === notFound) return undefined;
      throw error;
    }
  }
}
