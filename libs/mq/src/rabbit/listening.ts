import type { Log } from '@attune/service';
import { atMostOnce } from '../consume/at-most-once.js';
import { subscriberSettings } from '../consume/consumer-settings.js';
import type { MessageContract } from '../define-message.js';
import type { Received } from '../envelope.js';
import { logOf } from '../topology.js';
import { LogCursor } from './log-cursor.js';
import type { RabbitConsumerOptions } from './rabbit-consumer.js';
import type { RabbitQueues } from './rabbit-queues.js';

/** What sets one kind of consumer apart from another. */
export type ConsumerParts = Pick<
  RabbitConsumerOptions,
  'settings' | 'handler' | 'queueOn' | 'startOf' | 'onRestart'
> & { onClose?: () => void };

export interface Listening {
  queues: RabbitQueues;
  log: Log;
  onGap: (() => void) | undefined;
}

type Listen<B> = (batch: readonly Received<B>[]) => Promise<void>;

/** Listens through a queue of its own, which misses what is published while it is not there. */
export function subscriberParts<B>(
  contract: MessageContract<B>,
  handle: Listen<B>,
  { queues, log, onGap }: Listening,
): ConsumerParts {
  const settings = subscriberSettings(contract, log);
  return {
    settings,
    handler: atMostOnce(handle, settings.info),
    queueOn: (channel) => queues.openSubscription(channel, contract),
    onRestart: onGap,
  };
}

/** Reads a log, and goes on where it was after every interruption. `restart` makes it begin again. */
export function logReaderParts<B>(
  contract: MessageContract<B>,
  handle: Listen<B>,
  { queues, log, onGap = () => undefined, restart }: Listening & { restart: (reason: string) => void },
): ConsumerParts {
  const definition = logOf(contract);
  const settings = subscriberSettings(contract, log);
  const cursor = new LogCursor({
    onGap,
    restart: () => restart(`${definition.name} is not the log it was`),
  });
  const handleNew = async (batch: readonly Received<B>[]): Promise<void> => {
    const passed = cursor.pass(batch);
    if (passed.length > 0) await handle(passed);
  };
  return {
    settings,
    handler: atMostOnce(handleNew, settings.info),
    queueOn: () => queues.declareLog(definition),
    startOf: () => cursor.start,
    onRestart: () => cursor.expectProof(),
    onClose: () => cursor.stop(),
  };
}
