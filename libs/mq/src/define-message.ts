import type { z } from 'zod';
import type { Cause } from './envelope.js';

/** Where a message travels. `control` and `notices` reach every process that subscribes; the others reach queues. */
export type Exchange = 'events' | 'executions' | 'control' | 'notices';

export interface MessageContract<B> {
  /** With `version`, the wire name. Neither ever changes: a new meaning is a new version in a new file. */
  readonly type: string;
  readonly version: number;
  readonly exchange: Exchange;
  readonly routingKey: string;
  /** Body as code sees it, camelCase; the wire has the same fields in snake_case. Unknown fields are ignored. */
  readonly schema: z.ZodType<B>;
  readonly description: string;
}

export type BodyOf<C> = C extends MessageContract<infer B> ? B : never;

/** A message ready to publish; made by `message()`. */
export interface Outgoing {
  readonly contract: MessageContract<unknown>;
  readonly body: unknown;
  readonly cause?: Cause;
  /** Unprefixed name (`dispatch.shell`) of the dispatch queue it is for; see Bus.ensureDispatchQueue. */
  readonly dispatchQueue?: string;
}

export interface MessageOptions {
  cause?: Cause;
  dispatchQueue?: string;
}

/** The routing key is the type. */
export function defineMessage<B>(definition: Omit<MessageContract<B>, 'routingKey'>): MessageContract<B> {
  return { ...definition, routingKey: definition.type };
}

/** Checks the body against the contract: a wrong body fails here, at its author, and not at a reader. */
export function message<B>(contract: MessageContract<B>, body: B, options: MessageOptions = {}): Outgoing {
  return { contract, body: contract.schema.parse(body), ...options };
}

/** Work must reach a queue; control and notices may have no listener. */
export function isWork(contract: MessageContract<unknown>): boolean {
  return contract.exchange === 'events' || contract.exchange === 'executions';
}
