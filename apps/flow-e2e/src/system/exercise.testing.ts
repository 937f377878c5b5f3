import { randomUUID } from 'node:crypto';
import { insertEvents } from '@attune/db';
import { waitUntil } from '@attune/testing';
import { ignoreConflict, untilAnswered } from './until-answered.testing.js';
import { happened, mark, oneAtATime } from './definitions.testing.js';
import type { TestSystem } from './test-system.testing.js';

/**
 * Sends something down every path: events of which half match, one whose message is lost, runs asked for by a person, some
 * that queue for a slot, one cancelled while it runs, a timer. Each request is repeated until it is answered, under a key that makes the repetition harmless.
 */
export async function exercise(
  system: TestSystem,
  { marks, name }: { marks: string; name: string },
): Promise<void> {
  await Promise.all([
    recordEvents(system, marks),
    loseMessage(system, marks),
    runOnRequest(system, marks),
    runOneAtATime(system),
    cancelWhileRunning(system),
    fireTimer(system, `${name.replaceAll(/[^a-z]/g, '_')}_${randomUUID().slice(0, 8)}`),
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

async function runOneAtATime({ client }: TestSystem): Promise<void> {
  const runs = Array.from({ length: 3 }, () => {
    const idempotencyKey = randomUUID();
    return untilAnswered(() =>
      client.executions.execute({ body: { action_ref: oneAtATime }, idempotencyKey }),
    );
  });
  await Promise.all(runs);
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
