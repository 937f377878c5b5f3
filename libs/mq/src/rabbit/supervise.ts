import { setTimeout as delay } from 'node:timers/promises';
import { backoffMs } from '../backoff.js';

const reconnectBackoff = { baseMs: 100, maxMs: 5_000 };
/** What held this long was sound: the next failure starts the backoff anew. */
const soundAfterMs = 10_000;

export interface SupervisedOptions {
  /** Opens something and resolves or rejects when it is gone. */
  session: (signal: AbortSignal) => Promise<void>;
  /** Told of each end but the last, with the pause before the next try. */
  onGone: (error: unknown, pauseMs: number) => void;
}

export interface Supervised {
  /** No further session; the running one has to be ended by its owner. Resolves when the loop has ended. */
  stop(): Promise<void>;
}

/** Keeps a session open for ever, with capped backoff between tries. */
export function supervise({ session, onGone }: SupervisedOptions): Supervised {
  const controller = new AbortController();
  const { signal } = controller;

  const loop = async (): Promise<void> => {
    let failures = 0;
    while (!signal.aborted) {
      const started = Date.now();
      const error = await session(signal).catch((failure: unknown) => failure);
      if (signal.aborted) return;
      failures = Date.now() - started > soundAfterMs ? 1 : failures + 1;
      const pauseMs = backoffMs(failures, reconnectBackoff);
      onGone(error, pauseMs);
      await delay(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  };

  const done = loop();
  return {
    stop: () => {
      controller.abort();
      return done;
    },
  };
}
