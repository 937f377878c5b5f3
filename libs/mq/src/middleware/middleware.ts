import type { Log } from '@attune/service';
import type { Verdict } from '../verdict.js';
import type { MessageContract } from '../define-message.js';
import type { Delivered } from '../wire.js';

/** One consumer, as its middleware sees it. */
export interface ConsumerInfo {
  readonly name: string;
  /** Unprefixed. */
  readonly queue: string;
  readonly contract: MessageContract<unknown>;
  readonly timeoutMs: number;
  readonly maxAttempts: number;
  readonly log: Log;
}

/** The handler before validation: bodies are whatever arrived. */
export type Handler = (batch: readonly Delivered[]) => Promise<readonly Verdict[]>;

/** A cross-cutting concern around a handler. */
export type Middleware = (next: Handler, consumer: ConsumerInfo) => Handler;
