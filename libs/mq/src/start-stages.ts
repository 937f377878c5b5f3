import type { HealthReport, Log } from '@attune/service';
import type { Bus, Subscription } from './bus.js';
import type { MessageContract } from './define-message.js';
import type { Stage } from './stage.js';

export interface StartOptions {
  log: Log;
  /** Contracts this app is responsible for: starting fails unless each has exactly one stage. */
  mustConsume?: readonly MessageContract<unknown>[];
}

export interface RunningStages extends Subscription {
  health(): HealthReport;
}

/**
 * Checks that each contract has exactly one stage and each queue is declared (an Error naming every fault), then
 * starts consuming. pause() and resume() act on all stages.
 */
export declare function startStages<C>(
  bus: Bus,
  stages: readonly Stage<C>[],
  ctx: C,
  options: StartOptions,
): Promise<RunningStages>;
