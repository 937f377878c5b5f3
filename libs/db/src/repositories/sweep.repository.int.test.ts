import { sql } from 'kysely';
import type { Db } from '../database.js';
import { inTransaction } from '../database.js';
import { makeEvent, makeExecution, makeWorker, useTestDatabase } from '../testing/index.js';
import { finishExecutions } from './execution-run.repository.js';
import { deferExecutions, scheduleExecutions } from './execution-scheduling.repository.js';
import { getEvent } from './event.repository.js';
import { getExecution } from './execution.repository.js';
import type { SweepRequest } from './sweep.repository.js';
import {
  restLongRuns,
  takeDueDelayed,
  takeOverdueCanceling,
  takeOverduePendingEvents,
  takeOverdueRequested,
  takeOverdueScheduled,
  takeOverdueUnsettled,
  takeWaitingForWorker,
} from './sweep.repository.js';

const database = useTestDatabase();
const sweep = { olderThanMs: 30_000, limit: 100 };

/** As if the rows were older; what else is there is left as it is. */
async function age(table: 'event' | 'execution', id: number, seconds: number): Promise<void> {
  const back = sql.raw(`interval '${seconds} seconds'`);
  const columns = table === 'event' ? ['announced_at'] : ['announced_at', 'scheduled_at', 'finished_at'];
  const sets = columns.map((column) => sql`${sql.ref(column)} = ${sql.ref(column)} - ${back}`);
  await sql`update ${sql.table(`attune.${table}`)} set ${sql.join(sets)} where id = ${id}`.execute(
    database.db,
  );
}

interface Kind {
  table: 'event' | 'execution';
  make: () => Promise<{ id: number }>;
  take: (db: Db, request: SweepRequest) => Promise<{ id: number }[]>;
  answer: object;
}

const kinds: [string, Kind][] = [
  [
    'pending events',
    { table: 'event', make: () => makeEvent(database.db), take: takeOverduePendingEvents, answer: {} },
  ],
  [
    'requested',
    { table: 'execution', make: () => makeExecution(database.db), take: takeOverdueRequested, answer: {} },
  ],
  [
    'scheduled',
    {
      table: 'execution',
      make: () => makeExecution(database.db, { status: 'scheduled', dispatch_queue: 'dispatch.shell' }),
      take: takeOverdueScheduled,
      answer: { attempt: 1, dispatch_queue: 'dispatch.shell' },
    },
  ],
  [
    'canceling',
    {
      table: 'execution',
      make: () => makeExecution(database.db, { status: 'canceling' }),
      take: takeOverdueCanceling,
      answer: { attempt: 1 },
    },
  ],
  [
    'unsettled',
    {
      table: 'execution',
      make: () => makeExecution(database.db, { status: 'completed' }),
      take: takeOverdueUnsettled,
      answer: { attempt: 1 },
    },
  ],
];

describe.each(kinds)('the sweep of %s', (_name, { table, make, take, answer }) => {
  it('finds what is overdue and nothing younger', async () => {
    const [old, young] = [await make(), await make()];
    await age(table, old.id, 31);

    const taken = await take(database.db, sweep);

    expect(taken).toEqual([{ id: old.id, ...answer }]);
    expect(taken.map(({ id }) => id)).not.toContain(young.id);
  });

  it('finds the same row again only after twice the time, and so on, up to an hour', async () => {
    const { id } = await make();
    const waits = [];
    await age(table, id, 30);
    for (let n = 0; n < 9; n += 1) {
      expect((await take(database.db, sweep)).map((row) => row.id)).toContain(id);
      const wait = await untilFound(table, id);
      waits.push(Math.round(wait));
      await age(table, id, wait);
    }

    expect(waits).toEqual([60, 120, 240, 480, 960, 1920, 3630, 3630, 3630]);
  });

  it('of 10 replicas at the same time one finds the row', async () => {
    const { id } = await make();
    await age(table, id, 31);

    const answers = await Promise.all(Array.from({ length: 10 }, () => take(database.db, sweep)));

    expect(answers.flat().filter((row) => row.id === id)).toHaveLength(1);
  });

  it('passes over rows that another transaction holds, and takes no more than asked', async () => {
    const [held, free, more] = [await make(), await make(), await make()];
    for (const row of [held, free, more]) await age(table, row.id, 60);
    await age(table, held.id, 60);

    await inTransaction(database.db, async (trx) => {
      const name = table;
      await trx.selectFrom(name).select('id').where('id', '=', held.id).forUpdate().execute();
      const taken = await take(database.db, { ...sweep, limit: 1 });
      expect([free.id, more.id]).toContain(taken[0]?.id);
      expect(taken).toHaveLength(1);
    });
    await take(database.db, sweep);
  });

  async function untilFound(of: 'event' | 'execution', id: number): Promise<number> {
    const { rows } = await sql<{ wait: number }>`
      select extract(epoch from announced_at - now())::float8 + ${sweep.olderThanMs / 1000} as wait
      from ${sql.table(`attune.${of}`)} where id = ${id}`.execute(database.db);
    return rows[0]!.wait;
  }
});

it('a step that happens starts a new count, so that the next one is not overdue at once', async () => {
  const { db } = database;
  const { id } = await makeExecution(db);
  await age('execution', id, 60);
  await takeOverdueRequested(db, sweep);

  await scheduleExecutions(db, [{ id, dispatch_queue: 'dispatch.noop' }]);

  expect(await getExecution(db, id)).toMatchObject({ announcements: 0 });
  expect(await takeOverdueScheduled(db, sweep)).toEqual([]);
  await age('execution', id, 31);
  expect(await takeOverdueScheduled(db, sweep)).toMatchObject([{ id }]);
});

it('an execution that waited long and has just been scheduled is not overdue yet', async () => {
  const { db } = database;
  const { id } = await makeExecution(db);
  await age('execution', id, 3_600);

  await scheduleExecutions(db, [{ id, dispatch_queue: 'dispatch.noop' }]);

  expect(await takeOverdueScheduled(db, sweep)).toEqual([]);
});

it('an execution that took long and has just ended is not overdue yet', async () => {
  const { db } = database;
  const worker = await makeWorker(db);
  const { id } = await makeExecution(db, { status: 'running', worker });
  await age('execution', id, 3_600);

  await finishExecutions(db, [{ id, attempt: 1, status: 'completed' }], {
    workerId: worker.id,
    incarnation: worker.incarnation,
  });

  expect(await takeOverdueUnsettled(db, sweep)).toEqual([]);
});

it('evaluated events and settled executions are not looked at any more', async () => {
  const { db } = database;
  const event = await makeEvent(db);
  await db
    .updateTable('event')
    .set({ status: 'evaluated', evaluated_at: new Date(), matched: 0, announced_at: null })
    .where('id', '=', event.id)
    .execute();
  const settled = await makeExecution(db, { status: 'completed', settled: true });

  expect((await getEvent(db, event.id)).announced_at).toBeNull();
  expect((await getExecution(db, settled.id)).announced_at).toBeNull();
});

it('delayed executions are found when their time has come, once, and not as overdue before', async () => {
  const { db } = database;
  const due = await makeExecution(db, { not_before: new Date(Date.now() - 1_000) });
  const early = await makeExecution(db, { not_before: new Date(Date.now() + 60_000) });
  await age('execution', early.id, 60);

  expect(await takeOverdueRequested(db, sweep)).toEqual([]);
  expect(await takeDueDelayed(db, { limit: 10 })).toEqual([{ id: due.id }]);
  expect(await takeDueDelayed(db, { limit: 10 })).toEqual([]);
  expect(await getExecution(db, due.id)).toMatchObject({ not_before: null, waiting_for: null });
  expect(await getExecution(db, early.id)).toMatchObject({ waiting_for: 'delay' });
});

it('what waits for a worker is found once when its queue is served', async () => {
  const { db } = database;
  const [python, shell] = [await makeExecution(db), await makeExecution(db)];
  const wait = { waiting_for: 'worker', detail: 'nobody' } as const;
  await deferExecutions(db, [
    { id: python.id, ...wait, dispatch_queue: 'dispatch.python' },
    { id: shell.id, ...wait, dispatch_queue: 'dispatch.shell' },
  ]);

  expect(await takeWaitingForWorker(db, { queues: [], limit: 10 })).toEqual([]);
  const served = { queues: ['dispatch.python'], limit: 10 };
  expect(await takeWaitingForWorker(db, served)).toEqual([{ id: python.id }]);
  expect(await takeWaitingForWorker(db, served)).toEqual([]);
  expect(await getExecution(db, python.id)).toMatchObject({ waiting_for: 'worker', status: 'requested' });
});

it('long runs are moved out of the way of the sweeps, and come back when they end', async () => {
  const { db } = database;
  const worker = await makeWorker(db);
  const { id } = await makeExecution(db, { status: 'running', worker });
  await age('execution', id, 60);

  expect(await restLongRuns(db, sweep)).toBeGreaterThan(0);
  const resting = await getExecution(db, id);
  expect(resting.announced_at!.getTime()).toBeGreaterThan(Date.now());

  await finishExecutions(db, [{ id, attempt: 1, status: 'completed' }], {
    workerId: worker.id,
    incarnation: worker.incarnation,
  });
  await age('execution', id, 31);
  expect(await takeOverdueUnsettled(db, sweep)).toMatchObject([{ id }]);
});
