import { setTimeout as delay } from 'node:timers/promises';

export interface WaitOptions {
  /** Default 20 s. */
  timeoutMs?: number;
  /** What was waited for, in the error; a function may add what was seen last. */
  message?: string | (() => string);
  /** Pause between two looks, default 10 ms. */
  intervalMs?: number;
}

type Falsy = false | 0 | '' | null | undefined;

/** Resolves with the condition's first truthy answer; an answer that throws counts as "not yet". */
export async function waitUntil<T>(
  condition: () => T | Promise<T>,
  options: WaitOptions = {},
): Promise<Exclude<T, Falsy>> {
  const { timeoutMs = 20_000, intervalMs = 10 } = options;
  const end = performance.now() + timeoutMs;
  let failure: unknown;
  for (;;) {
    try {
      const answer = await condition();
      if (answer) return answer as Exclude<T, Falsy>;
      failure = undefined;
    } catch (error) {
      failure = error;
    }
    if (performance.now() > end) throw new Error(describe(options, timeoutMs), { cause: failure });
    await delay(intervalMs);
  }
}

function describe({ message = 'the condition' }: WaitOptions, timeoutMs: number): string {
  const text = typeof message === 'function' ? message() : message;
  return `waited ${timeoutMs} ms for: ${text}`;
}
