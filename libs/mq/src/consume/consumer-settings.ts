import type { Log } from '@attune/service';
import type { ConsumeOptions } from '../bus.js';
import type { MessageContract } from '../define-message.js';
import type { ConsumerInfo } from '../middleware/middleware.js';
import type { IntakeOptions } from './intake.js';

export interface ConsumerSettings {
  readonly info: ConsumerInfo;
  readonly intake: IntakeOptions;
  /** Most unsettled deliveries. */
  readonly prefetch: number;
}

export function consumerSettings(
  contract: MessageContract<unknown>,
  options: ConsumeOptions,
  log: Log,
): ConsumerSettings {
  const { queue, name = contract.type, batchSize = 100, concurrency = 1, maxWaitMs = 0 } = options;
  const { timeoutMs = 30_000, maxAttempts = 8 } = options;
  return {
    info: { name, queue, contract, timeoutMs, maxAttempts, log },
    intake: { batchSize, concurrency, maxWaitMs },
    prefetch: options.prefetch ?? 2 * batchSize * concurrency,
  };
}

/** Of a control or notice subscription, named after what it listens to. */
export function subscriberSettings(contract: MessageContract<unknown>, log: Log): ConsumerSettings {
  return consumerSettings(contract, { queue: contract.type, maxAttempts: 1 }, log);
}
