import { setTimeout as delay } from 'node:timers/promises';

/** Asks again until there is an answer; throws, naming what was awaited, when it takes too long. */
export async function waitFor<T>(
  what: string,
  ask: () => Promise<T | undefined>,
  timeoutMs = 30_000,
): Promise<T> {
  const until = performance.now() + timeoutMs;
  while (performance.now() < until) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await delay(15);
  }
  throw new Error(`${what} did not appear within ${timeoutMs / 1000} s`);
}
