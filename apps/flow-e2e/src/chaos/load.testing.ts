import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@attune/contract';
import { ignoreConflict, untilAnswered } from '../system/until-answered.testing.js';
import { actions, happened } from './definitions.testing.js';
import { createRandom, type Random } from './random.testing.js';

/** What was asked for and answered: it has to be found afterwards. */
export interface Accepted {
  events: number;
  executions: Set<number>;
}

interface Stream {
  readonly name: string;
  /** Milliseconds from one request to the next. */
  readonly pause: readonly [least: number, most: number];
  readonly step: (load: Load) => Promise<void>;
}

interface Load {
  readonly client: Client;
  readonly random: Random;
  readonly accepted: Accepted;
}

const groups = ['a', 'b', 'c'];

/** One request after the other in each stream; together about ten executions a second. */
const streams: readonly Stream[] = [
  { name: 'events', pause: [100, 400], step: recordEvents },
  { name: 'limited', pause: [200, 800], step: (load) => runLimited(load).then(() => {}) },
  { name: 'rated', pause: [400, 1_000], step: (load) => execute(load, actions.rated, {}).then(() => {}) },
  {
    name: 'newest',
    pause: [300, 1_200],
    step: (load) => execute(load, actions.newest, { seconds: 0.5 }).then(() => {}),
  },
  { name: 'hurried', pause: [400, 1_200], step: runHurried },
  { name: 'flaky', pause: [1_000, 2_000], step: (load) => execute(load, actions.flaky, {}).then(() => {}) },
  { name: 'cancels', pause: [500, 1_500], step: runAndCancel },
  { name: 'pauses', pause: [500, 1_500], step: pauseAndResume },
];

/** Asks until the signal, and each request until it is answered. */
export async function load(client: Client, options: { seed: number; until: AbortSignal }): Promise<Accepted> {
  const accepted: Accepted = { events: 0, executions: new Set() };
  await Promise.all(
    streams.map(async ({ name, pause: [least, most], step }) => {
      const random = createRandom(options.seed, name);
      while (!options.until.aborted) {
        await step({ client, random, accepted });
        await pause(random.int(least, most));
      }
    }),
  );
  return accepted;
}

async function recordEvents({ client, random, accepted }: Load): Promise<void> {
  const events = Array.from({ length: random.int(1, 3) }, () => ({
    trigger_ref: happened,
    payload: { n: random.int(0, 99), key: random.pick(groups) },
    dedupe_key: randomUUID(),
  }));
  await untilAnswered(() => client.events.record({ body: { events } }));
  accepted.events += events.length;
}

async function execute(
  { client, accepted }: Load,
  action_ref: string,
  parameters: Record<string, unknown>,
  limits: { start_timeout_seconds?: number; total_timeout_seconds?: number } = {},
): Promise<number> {
  const idempotencyKey = randomUUID();
  const { data } = await untilAnswered(() =>
    client.executions.execute({ body: { action_ref, parameters, ...limits }, idempotencyKey }),
  );
  accepted.executions.add(data.id);
  return data.id;
}

function runLimited(load: Load): Promise<number> {
  const { random } = load;
  return execute(load, actions.limited, { group: random.pick(groups), seconds: random.int(1, 4) / 10 });
}

/** In a queue that may be too long for it. */
async function runHurried(load: Load): Promise<void> {
  const parameters = { group: load.random.pick(groups), seconds: 0.2 };
  await execute(load, actions.limited, parameters, { start_timeout_seconds: 1, total_timeout_seconds: 3 });
}

async function runAndCancel(load: Load): Promise<void> {
  const { client, random } = load;
  const params = { id: await execute(load, actions.endless, {}) };
  await pause(random.int(0, 2_000));
  await untilAnswered(() => client.executions.cancel({ params }).catch(ignoreConflict));
}

/** Where it is not too late: what runs or has ended is not paused. */
async function pauseAndResume(load: Load): Promise<void> {
  const { client, random } = load;
  const params = { id: await runLimited(load) };
  await untilAnswered(() => client.executions.pause({ params }).catch(ignoreConflict));
  await pause(random.int(0, 2_000));
  await untilAnswered(() => client.executions.resume({ params }).catch(ignoreConflict));
}
