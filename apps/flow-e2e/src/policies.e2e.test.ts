import { listAdmissions, listExecutions } from '@attune/db';
import type { ExecutionSummary } from '@attune/db';
import { waitUntil } from '@attune/testing';
import { awaitQuiet, unequal } from './system/books.testing.js';
import { startFiveProcesses } from './system/five-processes.testing.js';
import type { FiveProcesses } from './system/five-processes.testing.js';

const total = 1_000;
const groups = 10;
/** So many of a group at once, by action; each action has half of the groups. */
const limits = { 'core.noop': 3, 'limits.one': 1 } as const;
type Action = keyof typeof limits;

describe('four executors', () => {
  let system: FiveProcesses;

  beforeAll(async () => {
    system = await startFiveProcesses(undefined, {});
    await Promise.all(Array.from({ length: 3 }, () => system.replicate('executor')));
    await system.client.packs.create({ body: { ref: 'limits', label: 'Limits', version: '1.0.0' } });
    const one = { ref: 'limits.one', label: 'One', runtime_ref: 'core.noop', entrypoint: '' };
    await system.client.actions.create({ body: one });
    for (const [action_ref, threshold] of Object.entries(limits)) {
      const ref = `limits.${action_ref.replace('.', '_')}`;
      await system.client.policies.create({
        body: { ref, name: ref, action_ref, key: 'parameters.group', threshold },
      });
    }
  }, 120_000);

  afterAll(async () => system.stop());

  it('never let more than the limit of a group run, keep the order of its queue, and leave none behind', async () => {
    const groupOf = await requestWhileNobodyWorks(system);
    await waitUntil(async () => (await admissions(system)).length === total, { timeoutMs: 60_000 });

    system.process('worker').kill('SIGCONT');
    const books = await awaitQuiet(system.database, 120_000);

    expect(unequal(books)).toEqual([]);
    expect(books.imbalances).toEqual([]);
    expect(await admissions(system)).toEqual([]);
    const runs = await runsOf(system);
    expect(runs.map(({ status }) => status)).toEqual(Array.from({ length: total }, () => 'completed'));
    for (let group = 0; group < groups; group += 1) {
      const inGroup = runs.filter(({ id }) => groupOf.get(id) === group);
      expect(inGroup).toHaveLength(total / groups);
      const limit = limits[actionOf(group)];
      expect(mostAtOnce(inGroup)).toBe(limit);
      // The first to come found free slots; from then on it is the order of the queue. Several that have their slots at
      // once start in any order.
      const order = inGroup.toSorted((a, b) => time(a.scheduled_at) - time(b.scheduled_at)).slice(limit);
      if (limit === 1) expect(outOfOrder(order)).toEqual([]);
    }
  }, 240_000);
});

/** The group of each, by id. The worker stands still, so that all of them queue. */
async function requestWhileNobodyWorks(system: FiveProcesses): Promise<Map<number, number>> {
  const { client } = system;
  system.process('worker').kill('SIGSTOP');
  const groupOf = new Map<number, number>();
  const numbers = Array.from({ length: total }, (_, n) => n).values();
  const requestNext = async () => {
    for (const n of numbers) {
      const group = n % groups;
      const body = { action_ref: actionOf(group), parameters: { group } };
      groupOf.set((await client.executions.execute({ body })).data.id, group);
    }
  };
  await Promise.all(Array.from({ length: 16 }, requestNext));
  return groupOf;
}

function actionOf(group: number): Action {
  return group % 2 === 0 ? 'core.noop' : 'limits.one';
}

async function admissions({ database }: FiveProcesses) {
  return (await listAdmissions(database.db, {}, { limit: total })).items;
}

async function runsOf({ database }: FiveProcesses): Promise<ExecutionSummary[]> {
  const { items } = await listExecutions(database.db, {}, { limit: total });
  return items.toReversed();
}

/** From when a worker may take it to its end: longer than it runs. An end frees a slot before others begin. */
function mostAtOnce(runs: readonly ExecutionSummary[]): number {
  const ends = runs.map(({ finished_at }) => ({ at: time(finished_at), change: -1 }));
  const starts = runs.map(({ scheduled_at }) => ({ at: time(scheduled_at), change: 1 }));
  let running = 0;
  let most = 0;
  for (const { change } of [...starts, ...ends].toSorted((a, b) => a.at - b.at || a.change - b.change)) {
    running += change;
    most = Math.max(most, running);
  }
  return most;
}

/** Executions scheduled after a younger one; those of one instant are in any order. */
function outOfOrder(runs: readonly ExecutionSummary[]): string[] {
  return runs.flatMap((run, index) => {
    const later = runs
      .slice(index + 1)
      .find(({ id, scheduled_at }) => id < run.id && time(scheduled_at) > time(run.scheduled_at));
    return later === undefined ? [] : [`${later.id} after ${run.id}`];
  });
}

function time(date: Date | null): number {
  if (date === null) throw new Error('it has not happened');
  return date.getTime();
}
