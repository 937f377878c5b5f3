import type { ConsumeOptions } from './bus.js';
import type { MessageContract } from './define-message.js';
import type { Received } from './envelope.js';
import type { Verdict } from './verdict.js';

/**
 * One step of an app: load → decide → one transaction → publish → a verdict per message. It must be safe to run
 * twice on the same message; its doc comment says why it is.
 */
export type BatchHandler<B, C> = (batch: readonly Received<B>[], ctx: C) => Promise<readonly Verdict[]>;

type StageSettings = Omit<ConsumeOptions, 'queue' | 'name'>;

export interface StageDefinition<B, C> extends StageSettings {
  consumes: MessageContract<B>;
  /** Unprefixed queue, or the several dispatch queues a worker serves. */
  queue: string | readonly string[];
  handler: BatchHandler<B, C>;
  emits: readonly MessageContract<unknown>[];
  /** The type of the message by default. */
  name?: string;
}

/** A line of an app's table of contents: message in → handler → messages out. */
export interface Stage<C> {
  readonly name: string;
  readonly consumes: MessageContract<unknown>;
  readonly queues: readonly string[];
  readonly emits: readonly MessageContract<unknown>[];
  readonly settings: StageSettings;
  /** Only ever given bodies that fit `consumes`. */
  readonly handler: BatchHandler<unknown, C>;
}

export function stage<B, C>(definition: StageDefinition<B, C>): Stage<C> {
  const { consumes, queue, handler, emits, name = consumes.type, ...settings } = definition;
  return {
    name,
    consumes,
    queues: typeof queue === 'string' ? [queue] : queue,
    emits,
    settings,
    handler: handler as BatchHandler<unknown, C>,
  };
}
