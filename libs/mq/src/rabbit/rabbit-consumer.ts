import type { Channel } from 'amqplib';
import type { ConsumerHealth, Subscription } from '../bus.js';
import type { ConsumerSettings } from '../consume/consumer-settings.js';
import { Consumer } from '../consume/consumer.js';
import { withMiddleware } from '../middleware/index.js';
import type { Handler } from '../middleware/middleware.js';
import { closeChannel } from './channel-use.js';
import { ConsumerChannel } from './consumer-channel.js';
import type { RabbitDelivery } from './consumer-channel.js';
import { within } from './deadline.js';
import type { LogStart } from './log-cursor.js';
import type { RabbitConnection } from './rabbit-connection.js';
import { settlementOf } from './rabbit-settlement.js';
import type { SettlementOptions } from './rabbit-settlement.js';
import { supervise } from './supervise.js';
import type { Supervised } from './supervise.js';

const probeTimeoutMs = 10_000;

export interface RabbitConsumerOptions extends Omit<SettlementOptions, 'info'> {
  connection: RabbitConnection;
  settings: ConsumerSettings;
  handler: Handler;
  /** Tells the broker's name of the queue, declaring it on the channel if it belongs to this consumer alone. */
  queueOn: (channel: Channel) => Promise<string>;
  /** Of a reader of a log: where to begin, or to go on. */
  startOf?: () => LogStart;
  /** It consumes again, through another channel than before. */
  onRestart?: (() => void) | undefined;
  onClose: () => void;
}

/** A subscription that survives its channels and connections. */
export class RabbitConsumer implements Subscription {
  readonly #options: RabbitConsumerOptions;
  readonly #consumer: Consumer<RabbitDelivery>;
  readonly #supervised: Supervised;
  #wanted: 'consuming' | 'paused' | 'closed' = 'consuming';
  #channel: ConsumerChannel | undefined;
  #hasStarted = false;
  #started: () => void = () => undefined;
  /** Pauses and resumes run one after the other. */
  #turn: Promise<void> = Promise.resolve();
  /** Resolves when it consumes for the first time. */
  readonly started = new Promise<void>((resolve) => {
    this.#started = resolve;
  });

  constructor(options: RabbitConsumerOptions) {
    const { info, intake } = options.settings;
    this.#options = options;
    this.#consumer = new Consumer({
      info,
      intake,
      handler: withMiddleware(options.handler, info),
      settlement: settlementOf({ ...options, info }),
    });
    this.#supervised = supervise({
      session: (signal) => this.#session(signal),
      onGone: (error, pauseMs) =>
        info.log.warn(
          { event: 'consumer.lost', handler: info.name, queue: info.queue, err: error, retry_in_ms: pauseMs },
          `${info.name} lost its channel; consuming again soon`,
        ),
    });
  }

  pause(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#wanted !== 'consuming') return;
      this.#wanted = 'paused';
      this.#consumer.stop();
      await this.#channel?.cancel();
      this.#consumer.giveBack();
    });
  }

  resume(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#wanted !== 'paused') return;
      this.#wanted = 'consuming';
      this.#consumer.start();
      await this.#begin().catch((error: Error) => this.#channel?.abandon(error.message));
    });
  }

  async close(): Promise<void> {
    await this.pause();
    if (this.#wanted === 'closed') return this.#supervised.stop();
    this.#wanted = 'closed';
    await this.#consumer.idle();
    this.#consumer.giveBack();
    this.#channel?.abandon('closed');
    this.#options.onClose();
    await this.#supervised.stop();
  }

  /** Goes on through another channel. */
  restart(reason: string): void {
    this.#channel?.abandon(reason);
  }

  /** Makes the broker answer on this consumer's channel; a channel that does not is replaced. */
  async probe(): Promise<void> {
    const channel = this.#channel;
    if (channel === undefined) return;
    try {
      await within(probeTimeoutMs, 'a probe', channel.probe());
      this.#consumer.prove();
    } catch (error) {
      channel.abandon((error as Error).message);
    }
  }

  health(): ConsumerHealth {
    if (this.#wanted !== 'consuming') return this.#consumer.health('paused');
    return this.#consumer.health(this.#channel?.isOpen === true ? 'consuming' : 'reconnecting');
  }

  async #session(signal: AbortSignal): Promise<void> {
    const { connection, queueOn, settings } = this.#options;
    const model = await connection.whenUp(signal);
    if (model === undefined) return;
    const channel = await model.createChannel();
    channel.on('error', () => undefined);
    try {
      await channel.prefetch(settings.prefetch);
      this.#channel = new ConsumerChannel(channel, await queueOn(channel));
      await this.#inTurn(() => this.#begin());
      this.#consumer.prove();
      if (this.#hasStarted) this.#options.onRestart?.();
      this.#hasStarted = true;
      this.#started();
      const error = await this.#channel.gone;
      if (error !== undefined) throw error;
    } finally {
      this.#channel = undefined;
      this.#consumer.forget();
      await closeChannel(channel);
    }
  }

  async #begin(): Promise<void> {
    if (this.#wanted === 'consuming')
      await this.#channel?.begin((delivery) => this.#consumer.deliver(delivery), this.#options.startOf?.());
  }

  #inTurn(act: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(act);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}
