import { randomUUID } from 'node:crypto';
import { ApiError, UnreachableError } from '@attune/contract';
import { insertEvents } from '@attune/db';
import { waitUntil } from '@attune/testing';
import { happened, mark } from './definitions.testing.js';
import type { TestSystem } from './test-system.testing.js';

/**
 * Sends something down every path: events of which half match, one whose message is lost, runs asked for by a person, one cancelled while it
 * runs, a timer. Each request is repeated until it is answered, under a key that makes the repetition harmless.
 */
export async function exercise(
  system: TestSystem,
  { marks, point }: { marks: string; point: string },
): Promise<void> {
  await Promise.all([
    recordEvents(system, marks),
    loseMessage(system, marks),
    runOnRequest(system, marks),
    cancelWhileRunning(system),
    fireTimer(system, `${point.replaceAll(/[^a-z]/g, '_')}_${randomUUID().slice(0, 8)}`),
  ]);
}

async function recordEvents({ client }: TestSystem, file: string): Promise<void> {
  const batch = randomUUID();
  const events = Array.from({ length: 6 }, (_, n) => ({
    trigger_ref: happened,
    payload: { n, file },
    dedupe_key: `${batch}-${n}`,
  }));
  await untilAnswered(() => client.events.record({ body: { events } }));
}

/** A committed event that nobody was told of, as a crash between commit and publish leaves it. */
async function loseMessage({ database }: TestSystem, file: string): Promise<void> {
  await insertEvents(database.db, [{ trigger_ref: happened, payload: { n: 1, file } }]);
}

async function runOnRequest({ client }: TestSystem, file: string): Promise<void> {
  const idempotencyKey = randomUUID();
  const body = { action_ref: mark, parameters: { file } };
  await untilAnswered(() => client.executions.execute({ body, idempotencyKey }));
}

async function cancelWhileRunning({ client }: TestSystem): Promise<void> {
  const idempotencyKey = randomUUID();
  const body = { action_ref: 'core.sleep', parameters: { seconds: 3600 } };
  const { data } = await untilAnswered(() => client.executions.execute({ body, idempotencyKey }));
  const params = { id: data.id };
  await waitUntil(async () => (await client.executions.get({ params })).data.status !== 'requested', {
    timeoutMs: 60_000,
    message: `execution ${data.id} to be scheduled`,
  });
  await untilAnswered(() => client.executions.cancel({ params }).catch(ignoreConflict));
}

async function fireTimer({ client }: TestSystem, name: string): Promise<void> {
  const body = {
    ref: `e2e.at_${name}`,
    label: 'Once',
    trigger_ref: 'core.datetimetimer',
    trigger_params: { fire_at: new Date(Date.now() + 300).toISOString() },
    action_ref: 'core.noop',
  };
  await untilAnswered(() => client.rules.create({ body }).catch(ignoreConflict));
}

function untilAnswered<T>(ask: () => Promise<T>): Promise<T> {
  return waitUntil(async () => ({ answer: await ask().catch(rethrowFinal) }), {
    timeoutMs: 60_000,
    intervalMs: 50,
    message: 'an answer of the API',
  }).then(({ answer }) => {
    if (answer instanceof ApiError) throw answer;
    return answer;
  });
}

/** No answer and "not now" (5xx, or Retry-After) are asked again; any other error answer is final. */
function rethrowFinal(error: unknown): ApiError {
  if (error instanceof UnreachableError) throw error;
  if (error instanceof ApiError && error.status < 500 && error.retryAfter === undefined) return error;
  throw error;
}

function ignoreConflict(error: unknown): void {
  if (!(error instanceof ApiError) || error.status !== 409) throw error;
}
