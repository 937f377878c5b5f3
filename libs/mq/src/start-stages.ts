import type { HealthReport, Log } from '@attune/service';
import { healthOf } from './bus-health.js';
import type { Bus, Handle, Subscription } from './bus.js';
import type { MessageContract } from './define-message.js';
import type { Stage } from './stage.js';
import { findQueue } from './topology.js';

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
export async function startStages<C>(
  bus: Bus,
  stages: readonly Stage<C>[],
  ctx: C,
  { log, mustConsume = [] }: StartOptions,
): Promise<RunningStages> {
  const faults = [...unhandled(stages, mustConsume), ...handledTwice(stages), ...stages.flatMap(wrongQueues)];
  if (faults.length > 0) throw new Error(`cannot start the stages: ${faults.join('; ')}`);

  const running: Subscription[] = [];
  for (const stage of stages) running.push(...(await consumeAll(bus, stage, ctx)));
  log.info({ event: 'stages.started', stages: stages.map(({ name }) => name) }, 'consuming');

  return {
    pause: () => onAll(running, (subscription) => subscription.pause()),
    resume: () => onAll(running, (subscription) => subscription.resume()),
    close: () => onAll(running, (subscription) => subscription.close()),
    health: () => healthOf(bus),
  };
}

async function consumeAll<C>(bus: Bus, stage: Stage<C>, ctx: C): Promise<Subscription[]> {
  const handle: Handle<unknown> = (batch) => stage.handler(batch, ctx);
  const subscriptions: Subscription[] = [];
  for (const queue of stage.queues) {
    const options = { ...stage.settings, queue, name: stage.name };
    subscriptions.push(await bus.consume(stage.consumes, options, handle));
  }
  return subscriptions;
}

function unhandled<C>(stages: readonly Stage<C>[], contracts: readonly MessageContract<unknown>[]): string[] {
  const handled = new Set(stages.map(({ consumes }) => consumes.type));
  return contracts.filter(({ type }) => !handled.has(type)).map(({ type }) => `no stage consumes ${type}`);
}

function handledTwice<C>(stages: readonly Stage<C>[]): string[] {
  const types = stages.map(({ consumes }) => consumes.type);
  const repeated = types.filter((type, index) => types.indexOf(type) !== index);
  return [...new Set(repeated)].map((type) => `several stages consume ${type}`);
}

function wrongQueues<C>({ name, consumes, queues }: Stage<C>): string[] {
  return queues.flatMap((queue) => {
    const definition = findQueue(queue);
    if (definition === undefined) return [`${name} consumes ${queue}, which is not declared`];
    if (definition.contract?.type === consumes.type) return [];
    return [`${name} consumes ${consumes.type} from ${queue}, which carries ${definition.contract?.type}`];
  });
}

async function onAll(
  running: readonly Subscription[],
  act: (each: Subscription) => Promise<void>,
): Promise<void> {
  await Promise.all(running.map(act));
}
