import type { Bus, Publisher } from '../bus.js';
import type { BodyOf, MessageContract, Outgoing } from '../define-message.js';
import type { Envelope, Received } from '../envelope.js';

export interface RecordingPublisher extends Publisher {
  /** Everything published so far, in order. */
  readonly published: readonly Outgoing[];
  /** The bodies published under one contract, in order. */
  bodies<C extends MessageContract<unknown>>(contract: C): readonly BodyOf<C>[];
  clear(): void;
}

/** A publisher that keeps what it was given, for tests of handlers. */
export declare function recordPublisher(): RecordingPublisher;

/** A delivery as a handler sees it. */
export declare function received<B>(
  contract: MessageContract<B>,
  body: B,
  overrides?: { attempt?: number; envelope?: Partial<Envelope> },
): Received<B>;

export interface TestBus {
  readonly url: string;
  /** Random, begins with the prefix asked for. */
  readonly prefix: string;
  /** Opened before the tests of the file, closed with all its queues after them. */
  readonly bus: Bus;
  /** A further bus on the same broker and prefix, closed after the tests. */
  open(): Promise<Bus>;
}

/** Call at the top of a test file: a RabbitMQ bus of its own for the file. */
export declare function useTestBus(prefix: string): TestBus;
