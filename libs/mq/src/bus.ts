import type { MessageContract, Outgoing } from './define-message.js';
import type { Received } from './envelope.js';
import type { Verdict } from './verdict.js';

export interface Publisher {
  /**
   * Resolves when every message of the batch is stored in its queues: one wait for the whole batch, an empty
   * batch is free. While the broker is away it waits, bounded, and then throws PublishError naming what failed;
   * what the error does not name has arrived. Order is kept per publisher.
   */
  publish(messages: readonly Outgoing[]): Promise<void>;
}

/**
 * Handles what was waiting, one verdict per message in the same order. Throwing retries the batch: each message
 * on its own first, so that one bad message does not condemn its neighbours.
 */
export type Handle<B> = (batch: readonly Received<B>[]) => Promise<readonly Verdict[]>;

export interface ConsumeOptions {
  /** Unprefixed name, e.g. `executor.events`, of topology.ts; a dispatch queue is declared when it is not yet. */
  queue: string;
  /** Names the consumer in logs, metrics, health and dead letters; the contract's type by default. */
  name?: string;
  /** Most messages handed over at once, default 100. */
  batchSize?: number;
  /** Under load, how long to wait for a fuller batch; default 0. An idle consumer never waits. */
  maxWaitMs?: number;
  /** Most deliveries held unsettled, waiting retries included; default 2 × batchSize × concurrency. */
  prefetch?: number;
  /** Batches handled at once, default 1. */
  concurrency?: number;
  /** Longest a handler may take, default 30 s; afterwards the batch counts as failed. */
  timeoutMs?: number;
  /** Attempts before a message goes to the dead letters, default 8. Errors that are safe to retry do not count. */
  maxAttempts?: number;
}

export interface Subscription {
  /**
   * Stops intake and gives unhandled deliveries back to other consumers, not counting an attempt. Batches
   * being handled go on. Idempotent.
   */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Stops intake, waits for running handlers, gives the rest back. Idempotent. */
  close(): Promise<void>;
}

export interface SubscribeOptions {
  /** Called when messages may have been missed: after a lost connection, or when too many waited. */
  onGap?: () => void;
}

export interface ConsumerHealth {
  readonly name: string;
  /** Unprefixed; of a subscription the type it listens to. */
  readonly queue: string;
  readonly state: 'consuming' | 'paused' | 'reconnecting';
  /** Deliveries being handled, waiting for a handler or waiting for their retry. */
  readonly held: number;
  /** When it last handled something or its channel answered a probe. */
  readonly provedAt?: Date;
  /** False when it has not proved itself lately, or a batch is far past its timeout. */
  readonly ok: boolean;
  readonly detail?: string;
}

export interface BusHealth {
  /** The broker answers, publishing and consuming. */
  readonly connected: boolean;
  /** What is wrong, for people. */
  readonly detail?: string;
  readonly consumers: readonly ConsumerHealth[];
}

export interface DeadLetter {
  /** Id of the message; several copies of one message share it. */
  readonly id: string;
  readonly type: string;
  readonly version: number;
  /** As it was on the wire; text when it was not JSON. */
  readonly body: unknown;
  readonly reason: string;
  /** Unprefixed name of the queue it came from; empty when the broker does not know. */
  readonly queue: string;
  /** Name of the consumer that gave up, or `broker` when the delivery limit did. */
  readonly handler: string;
  readonly attempts: number;
  readonly correlationId: string;
  readonly diedAt: Date;
}

export interface DeadLetters {
  /** Oldest first, at most `limit`; reading changes nothing. */
  listDeadLetters(limit: number): Promise<readonly DeadLetter[]>;
  /** Sends them back to the queues they came from, attempts starting at 1 again; tells which were there. */
  requeueDeadLetters(ids: readonly string[]): Promise<readonly string[]>;
  /** Forgets them for good; tells which were there. */
  dropDeadLetters(ids: readonly string[]): Promise<readonly string[]>;
}

export interface Bus extends Publisher, DeadLetters {
  /** Competing consumers: each message goes to one of the queue's consumers. */
  consume<B>(contract: MessageContract<B>, options: ConsumeOptions, handle: Handle<B>): Promise<Subscription>;
  /**
   * Control and notices: every subscriber gets every message published while it is connected. Bounded and at
   * most once: a message that cannot be handled is logged and gone.
   */
  subscribe<B>(
    contract: MessageContract<B>,
    handle: (batch: readonly Received<B>[]) => Promise<void>,
    options?: SubscribeOptions,
  ): Promise<Subscription>;
  /**
   * What the broker keeps of a log (topology.ts) and then what comes, in the one order that all readers see, each
   * message with its `offset`. A lost connection is no gap: reading goes on after the last message handled.
   * `onGap` says that this was not possible, or that the log is another one than before. At most once: a batch that
   * cannot be handled is logged and passed over.
   */
  readLog<B>(
    contract: MessageContract<B>,
    handle: (batch: readonly Received<B>[]) => Promise<void>,
    options?: SubscribeOptions,
  ): Promise<Subscription>;
  /** Declares a dispatch queue. Idempotent and cached; declared again after each reconnect. */
  ensureDispatchQueue(name: string): Promise<void>;
  /** Messages ready in the queue; undefined when there is no such queue. */
  queueDepth(name: string): Promise<number | undefined>;
  health(): BusHealth;
  /** Closes every subscription, then the connections. Idempotent. */
  close(): Promise<void>;
}
