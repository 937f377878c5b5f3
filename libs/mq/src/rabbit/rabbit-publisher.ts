import { setTimeout as delay } from 'node:timers/promises';
import type { ConfirmChannel } from 'amqplib';
import type { PublishFailure } from '../publish-error.js';
import { DeadlineError, within } from './deadline.js';
import type { Posting } from './posting.js';
import type { RabbitConnection } from './rabbit-connection.js';

/** Pause before messages of a lost channel are sent again. */
const resendPauseMs = 50;
const maxUnconfirmed = 2_000;
const contentType = 'application/json';

type Outcome = 'arrived' | PublishFailure;

/** Publishes with confirms on one channel; calls share it and do not wait for each other. */
export class RabbitPublisher {
  readonly #connection: RabbitConnection;
  readonly #timeoutMs: number;
  /** Ids of messages the broker handed back; their confirm follows. */
  readonly #returned = new Set<string>();
  #channel: Promise<ConfirmChannel> | undefined;

  constructor(connection: RabbitConnection, timeoutMs: number) {
    this.#connection = connection;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * What failed, by position; undefined where a message has arrived. Never rejects. What a lost channel left
   * unconfirmed is sent again in order (so it may arrive twice) until the time is over.
   */
  async post(postings: readonly Posting[]): Promise<readonly (PublishFailure | undefined)[]> {
    const outcomes = new Map<number, Outcome>();
    const deadline = Date.now() + this.#timeoutMs;
    let open = postings.map((_posting, index) => index);
    while (open.length > 0 && Date.now() < deadline && !this.#connection.isClosed) {
      await this.#sendAll(postings, open, outcomes, deadline);
      open = open.filter((index) => !outcomes.has(index));
      if (open.length > 0) await delay(resendPauseMs);
    }
    return postings.map((_posting, index) => {
      const outcome = outcomes.get(index) ?? 'unconfirmed';
      return outcome === 'arrived' ? undefined : outcome;
    });
  }

  /** Ends early when the channel is lost, so that what is sent again keeps its order. */
  async #sendAll(
    postings: readonly Posting[],
    open: readonly number[],
    outcomes: Map<number, Outcome>,
    deadline: number,
  ): Promise<void> {
    try {
      for (let start = 0; start < open.length; start += maxUnconfirmed) {
        const window = open.slice(start, start + maxUnconfirmed);
        const channel = await this.#open(deadline);
        if (channel === undefined) return;
        const confirmed = this.#send(channel, postings, window, outcomes);
        await within(deadline - Date.now(), 'confirming', confirmed);
        if (!window.every((index) => outcomes.has(index))) return;
      }
    } catch (error) {
      if (!(error instanceof DeadlineError)) this.#channel = undefined;
    }
  }

  async #open(deadline: number): Promise<ConfirmChannel | undefined> {
    const connection = this.#connection;
    const model = connection.current ?? (await connection.whenUp(AbortSignal.timeout(deadline - Date.now())));
    if (model === undefined) return undefined;
    if (this.#channel !== undefined) return this.#channel;
    const opening = model.createConfirmChannel().then((channel) => {
      channel.on('error', () => undefined);
      channel.on('return', ({ properties }) => this.#returned.add(String(properties.messageId)));
      channel.on('close', () => {
        if (this.#channel === opening) this.#channel = undefined;
      });
      return channel;
    });
    this.#channel = opening;
    return opening;
  }

  /** Resolves when each message was answered; those a closing channel takes along get no outcome. */
  #send(
    channel: ConfirmChannel,
    postings: readonly Posting[],
    window: readonly number[],
    outcomes: Map<number, Outcome>,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      let left = window.length;
      const answer = (index: number, error: Error | null): void => {
        const outcome = this.#outcome(postings[index]!, error);
        if (outcome !== undefined) outcomes.set(index, outcome);
        left -= 1;
        if (left === 0) resolve();
      };
      try {
        for (const index of window) {
          const { exchange, routingKey, wire, durable } = postings[index]!;
          const options = { ...wire.properties, contentType, persistent: durable, mandatory: durable };
          channel.publish(exchange, routingKey, wire.content, options, (error: Error | null) =>
            answer(index, error),
          );
        }
      } catch (error) {
        reject(error);
      }
    });
  }

  #outcome({ wire }: Posting, error: Error | null): Outcome | undefined {
    const returned = this.#returned.delete(wire.properties.messageId);
    if (error !== null) return error.message === 'message nacked' ? 'rejected' : undefined;
    return returned ? 'unroutable' : 'arrived';
  }
}
