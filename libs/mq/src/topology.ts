import type { Exchange, MessageContract, Outgoing } from './define-message.js';
import {
  eventCreated,
  executionFinished,
  executionRequested,
  executionScheduled,
  inquiryResponded,
  notice,
} from './messages/index.js';

/**
 * Times a broker hands out one message before it dead-letters it by itself: the guard against messages that
 * kill their process. Restarts and releases count too, so it is far above the attempts of a handler.
 */
const workDeliveryLimit = 50;
/** Busy workers give deliveries back all day. */
const dispatchDeliveryLimit = 10_000;
/** Looking at dead letters is a delivery as well. */
const deadLetterDeliveryLimit = 1_000_000_000;

const dispatchQueueName = /^dispatch\.[a-z0-9][\w.-]*$/;

export type ExchangeName = Exchange | 'dead';

export interface Binding {
  readonly exchange: ExchangeName;
  readonly routingKey: string;
}

/** A durable quorum queue. Names are unprefixed (names.ts). */
export interface QueueDefinition {
  readonly name: string;
  /** The only message it carries; none for the dead letters. */
  readonly contract?: MessageContract<unknown>;
  readonly binding: Binding;
  readonly deliveryLimit: number;
  /** Where the broker puts what exceeds the delivery limit. */
  readonly deadLetterExchange?: ExchangeName;
}

export const exchanges: Readonly<Record<ExchangeName, 'topic' | 'fanout'>> = {
  events: 'topic',
  executions: 'topic',
  control: 'topic',
  notices: 'topic',
  dead: 'fanout',
};

export const deadLetterQueue = 'dead_letters';

/** Messages of an exchange kept in the order they came, for any number of readers; the oldest make room. */
export interface LogDefinition {
  readonly name: string;
  readonly contract: MessageContract<unknown>;
  readonly maxBytes: number;
  /** Space is freed in pieces of this size. */
  readonly segmentBytes: number;
  readonly maxAgeHours: number;
}

const megabyte = 1024 * 1024;

export const logs: readonly LogDefinition[] = [
  {
    name: 'notices.log',
    contract: notice,
    maxBytes: 32 * megabyte,
    segmentBytes: 8 * megabyte,
    maxAgeHours: 1,
  },
];

/** The log of a contract; throws for one whose messages are not kept. */
export function logOf({ type }: MessageContract<unknown>): LogDefinition {
  const log = logs.find(({ contract }) => contract.type === type);
  if (log === undefined) throw new Error(`there is no log of ${type}`);
  return log;
}

/** What every process declares when it connects; dispatch queues join as they are asked for. */
export const queues: readonly QueueDefinition[] = [
  workQueue('executor.events', eventCreated),
  workQueue('executor.requests', executionRequested),
  workQueue('executor.finished', executionFinished),
  workQueue('executor.inquiries', inquiryResponded),
  {
    name: deadLetterQueue,
    binding: { exchange: 'dead', routingKey: '' },
    deliveryLimit: deadLetterDeliveryLimit,
  },
];

/** Throws for a name that is not `dispatch.<runtime>` or `dispatch.<runtime>.<placement>`. */
export function dispatchQueue(name: string): QueueDefinition {
  if (!dispatchQueueName.test(name)) throw new Error(`${name} is not the name of a dispatch queue`);
  return {
    name,
    contract: executionScheduled,
    binding: { exchange: executionScheduled.exchange, routingKey: dispatchKey(name) },
    deliveryLimit: dispatchDeliveryLimit,
    deadLetterExchange: 'dead',
  };
}

/** The definition of a queue an app may consume, or undefined. */
export function findQueue(name: string): QueueDefinition | undefined {
  if (dispatchQueueName.test(name)) return dispatchQueue(name);
  return queues.find((queue) => queue.name === name);
}

export function isDispatchQueue(name: string): boolean {
  return dispatchQueueName.test(name);
}

/** Where a message goes; work for a dispatch queue has to name it. */
export function routeOf({ contract, dispatchQueue }: Outgoing): Binding {
  if (dispatchQueue !== undefined) {
    return { exchange: contract.exchange, routingKey: dispatchKey(dispatchQueue) };
  }
  if (contract.type === executionScheduled.type) {
    throw new Error(`${contract.type} needs the dispatch queue it is for`);
  }
  return { exchange: contract.exchange, routingKey: contract.routingKey };
}

function workQueue(name: string, contract: MessageContract<unknown>): QueueDefinition {
  return {
    name,
    contract,
    binding: { exchange: contract.exchange, routingKey: contract.routingKey },
    deliveryLimit: workDeliveryLimit,
    deadLetterExchange: 'dead',
  };
}

function dispatchKey(name: string): string {
  return name.replace(/^dispatch/, executionScheduled.routingKey);
}
