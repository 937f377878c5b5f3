import { sql } from 'kysely';
import type { Db } from '../database.js';
import { inTransaction } from '../database.js';
import type { PolicyRow } from '../schema/index.js';
import { makeAction, makeExecution, makePolicy, useTestDatabase } from '../testing/index.js';
import { race, untilSomebodyWaits } from '../testing/race.js';
import {
  advanceQueues,
  findAdmission,
  listAdmissions,
  listDisplaced,
  listQueues,
  releasingAdmissions,
  requestAdmissions,
} from './admission.repository.js';
import { requestCancels } from './execution-cancel.repository.js';
import { settleExecutions } from './execution-settlement.repository.js';
import { pauseExecutions } from './execution-waiting.repository.js';
import { getExecution } from './execution.repository.js';
import { deletePolicy, updatePolicy } from './policy.repository.js';
import { takeOverdueRequested } from './sweep.repository.js';

const database = useTestDatabase();
const future = new Date('2100-01-01');

let action_ref: string | undefined;

async function makeExecutions(count: number): Promise<number[]> {
  action_ref ??= (await makeAction(database.db)).ref;
  const ids: number[] = [];
  while (ids.length < count) ids.push((await makeExecution(database.db, { action_ref })).id);
  return ids;
}

async function ask(policy: PolicyRow, executions: readonly number[], group_key = '') {
  const requests = executions.map((execution) => ({
    policy: policy.id,
    group_key,
    execution,
    detail: 'all are taken',
  }));
  return standing(await requestAdmissions(database.db, requests));
}

function standing(rows: readonly { execution: number; status: string }[]) {
  return rows.map(({ execution, status }) => [execution, status]);
}

/** The whole of a policy's slots and queues. */
async function all(policy: PolicyRow) {
  const { items } = await listAdmissions(database.db, { policy: policy.id }, { limit: 1_000 });
  return standing(items);
}

/** As many executions like this one; the last of them. */
async function copies(execution: number, count: number): Promise<number> {
  const { rows } = await sql<{ id: number }>`insert into attune.execution
    (id, root, action, action_ref, action_version, original_execution)
    overriding system value
    select n.id, n.id, e.action, e.action_ref, e.action_version, e.id
    from attune.execution e, lateral (
      select nextval('attune.execution_id_seq') as id from generate_series(1, ${count}) where e.id > 0
    ) n
    where e.id = ${execution}
    returning id`.execute(database.db);
  return Math.max(...rows.map(({ id }) => id));
}

/** By this connection, lately. */
async function rowsRead(db: Db) {
  const { rows } = await sql<{ by_scan: number; by_index: number }>`
    select seq_tup_read as by_scan, idx_tup_fetch as by_index
    from pg_stat_xact_user_tables where relid = 'attune.admission'::regclass`.execute(db);
  return rows[0]!;
}

/** What they need no longer, they give back. */
async function release(db: Db, executions: readonly number[]) {
  const { promoted } = await releasingAdmissions(db, executions, async (trx) =>
    settleExecutions(trx, executions),
  );
  return promoted;
}

/** They end, and give back what they have. */
async function end(...executions: number[]) {
  await requestCancels(database.db, executions);
  return standing(await release(database.db, executions));
}

it('as many as the policy allows have a slot at once, the others queue in the order they came', async () => {
  const policy = await makePolicy(database.db, { threshold: 2 });
  const [a, b, c, d] = (await makeExecutions(4)) as [number, number, number, number];

  expect(await ask(policy, [b, a])).toEqual([
    [a, 'active'],
    [b, 'active'],
  ]);
  expect(await ask(policy, [d, c])).toEqual([
    [c, 'queued'],
    [d, 'queued'],
  ]);

  const { items } = await listAdmissions(database.db, { policy: policy.id }, { limit: 10 });
  expect(items).toMatchObject([
    { execution: a, group_key: '', status: 'active', activated_at: expect.any(Date) },
    { execution: b, status: 'active' },
    { execution: c, status: 'queued', activated_at: null },
    { execution: d, status: 'queued' },
  ]);
});

it('a batch fills the slots and the queue by age', async () => {
  const policy = await makePolicy(database.db, { threshold: 2 });
  const [a, b, c] = (await makeExecutions(3)) as [number, number, number];

  expect(await ask(policy, [c, a, c, b])).toEqual([
    [a, 'active'],
    [b, 'active'],
    [c, 'queued'],
  ]);
});

it('who asks later goes before, by age, and before all by priority', async () => {
  const { db } = database;
  const policy = await makePolicy(db);
  const [a, b, c, d] = (await makeExecutions(4)) as [number, number, number, number];
  const urgent = (await makeExecution(db, { action_ref: action_ref!, priority: 5 })).id;
  await ask(policy, [a]);
  for (const late of [d, c, urgent, b]) expect(await ask(policy, [late])).toEqual([[late, 'queued']]);
  const position = async (execution: number) =>
    (await findAdmission(db, { policy: policy.id, execution }))?.position;
  expect(await Promise.all([urgent, b, c, d].map(position))).toEqual([1, 2, 3, 4]);

  const order = [];
  for (const holder of [a, urgent, b, c]) order.push((await end(holder))[0]?.[0]);

  expect(order).toEqual([urgent, b, c, d]);
});

it('who asks again stands where it stood', async () => {
  const policy = await makePolicy(database.db);
  const [a, b, c] = (await makeExecutions(3)) as [number, number, number];
  await ask(policy, [a, b, c]);
  const before = await listAdmissions(database.db, {}, { limit: 100 });

  expect(await ask(policy, [c, a])).toEqual([
    [a, 'active'],
    [c, 'queued'],
  ]);
  expect(await listAdmissions(database.db, {}, { limit: 100 })).toEqual(before);
});

it('slots that are given back go to the next in order, never to who comes in that moment', async () => {
  const policy = await makePolicy(database.db, { threshold: 2 });
  const [a, b, c, d, e] = (await makeExecutions(5)) as [number, number, number, number, number];
  await ask(policy, [a, b, c, d]);

  expect(await end(b)).toEqual([[c, 'active']]);
  expect(await ask(policy, [e])).toEqual([[e, 'queued']]);
  expect(await end(a, c)).toEqual([
    [d, 'active'],
    [e, 'active'],
  ]);
  expect(await end(a)).toEqual([]);
  expect(await all(policy)).toEqual([
    [d, 'active'],
    [e, 'active'],
  ]);
});

it('who leaves the queue frees no slot, and those behind it move up', async () => {
  const { db } = database;
  const policy = await makePolicy(db);
  const [a, b, c] = (await makeExecutions(3)) as [number, number, number];
  await ask(policy, [a, b, c]);
  const position = async (execution: number) =>
    (await findAdmission(db, { policy: policy.id, execution }))?.position;
  expect([await position(a), await position(b), await position(c)]).toEqual([null, 1, 2]);

  expect(await end(b)).toEqual([]);

  expect([await position(a), await position(b), await position(c)]).toEqual([null, undefined, 1]);
});

it('values are counted apart, and so are policies', async () => {
  const [policy, other] = [await makePolicy(database.db), await makePolicy(database.db)];
  const [a, b, c] = (await makeExecutions(3)) as [number, number, number];

  expect(await ask(policy, [a], 'eu')).toEqual([[a, 'active']]);
  expect(await ask(policy, [b], 'us')).toEqual([[b, 'active']]);
  expect(await ask(policy, [c], 'eu')).toEqual([[c, 'queued']]);
  expect(await ask(other, [c], 'eu')).toEqual([[c, 'active']]);
  expect(await end(b)).toEqual([]);
  const held = await listAdmissions(database.db, { execution: c, status: 'active' }, { limit: 5 });
  expect(held.items).toMatchObject([{ policy: other.id, group_key: 'eu' }]);
  const waiting = await listAdmissions(database.db, { policy: policy.id, group_key: 'eu' }, { limit: 5 });
  expect(standing(waiting.items)).toEqual([
    [a, 'active'],
    [c, 'queued'],
  ]);
});

it('what a higher limit makes room for is given to the queue at the next occasion, before newcomers', async () => {
  const { db } = database;
  const policy = await makePolicy(db);
  const [a, b, c, d] = (await makeExecutions(4)) as [number, number, number, number];
  await ask(policy, [a, b, c]);

  await updatePolicy(db, policy.id, { threshold: 3 });

  expect(await ask(policy, [d])).toEqual([
    [b, 'active'],
    [c, 'active'],
    [d, 'queued'],
  ]);
  await updatePolicy(db, policy.id, { threshold: 1 });
  expect(await end(a, b)).toEqual([]);
  expect(await end(c)).toEqual([[d, 'active']]);
});

it('who is given a slot waits no longer, and is found again at once when its request is lost', async () => {
  const { db } = database;
  const policy = await makePolicy(db);
  const [a, b] = (await makeExecutions(2)) as [number, number];
  await ask(policy, [a, b]);
  expect(await getExecution(db, b)).toMatchObject({ waiting_for: 'policy', waiting_detail: 'all are taken' });
  await db
    .updateTable('execution')
    .set({ announcements: 9, announced_at: future })
    .where('id', '=', b)
    .execute();
  expect(await takeOverdueRequested(db, { olderThanMs: 0, limit: 1_000 })).not.toContainEqual({ id: b });

  await end(a);

  expect(await getExecution(db, b)).toMatchObject({
    status: 'requested',
    waiting_for: null,
    announcements: 0,
  });
  expect(await takeOverdueRequested(db, { olderThanMs: 0, limit: 1_000 })).toContainEqual({ id: b });
});

it('an attempt that ended has given its slot back, also where nobody heard of its end', async () => {
  const { db } = database;
  const policy = await makePolicy(db);
  const [a, b] = (await makeExecutions(2)) as [number, number];
  await ask(policy, [a, b]);
  await db.updateTable('execution').set({ attempt: 2 }).where('id', '=', a).execute();

  expect(await ask(policy, [a])).toEqual([
    [a, 'queued'],
    [b, 'active'],
  ]);
  expect(standing(await release(db, [a]))).toEqual([]);
});

it('who is paused waits in no queue', async () => {
  const { db } = database;
  const policy = await makePolicy(db);
  const [a, b, c] = (await makeExecutions(3)) as [number, number, number];
  await ask(policy, [a, b, c]);

  const { promoted } = await releasingAdmissions(db, [a, b], async (trx) => pauseExecutions(trx, [a, b]));

  expect(standing(promoted)).toEqual([[c, 'active']]);
  expect(await all(policy)).toEqual([[c, 'active']]);
});

describe('a policy that lets nobody wait', () => {
  it('refuses who comes while there is no room', async () => {
    const policy = await makePolicy(database.db, { method: 'cancel_new', threshold: 2 });
    const [a, b, c] = (await makeExecutions(3)) as [number, number, number];

    expect(await ask(policy, [c, b, a])).toEqual([
      [a, 'active'],
      [b, 'active'],
      [c, 'refused'],
    ]);
    expect(await ask(policy, [a])).toEqual([[a, 'active']]);
    await end(a);
    expect(await ask(policy, [c])).toEqual([[c, 'active']]);
  });

  it('that cancels the older for the newer names those, whether they run or queue', async () => {
    const { db } = database;
    const policy = await makePolicy(db, { method: 'cancel_running', threshold: 2 });
    const group = { policy: policy.id, group_key: '' };
    const [a, b, c, d, e] = (await makeExecutions(5)) as [number, number, number, number, number];
    await ask(policy, [a, b]);
    expect(await listDisplaced(db, [group])).toEqual([]);
    await ask(policy, [c, d, e]);

    expect((await listDisplaced(db, [group])).map(({ execution }) => execution)).toEqual([a, b, c]);
    expect(await end(a, b, c)).toEqual([
      [d, 'active'],
      [e, 'active'],
    ]);
    expect(await listDisplaced(db, [group])).toEqual([]);
  });
});

describe('so many starts in a time', () => {
  it('are counted until that is over, whether the execution has ended or not', async () => {
    const { db } = database;
    const policy = await makePolicy(db, { threshold: 2, window_seconds: 60 });
    const [a, b, c, d] = (await makeExecutions(4)) as [number, number, number, number];
    await ask(policy, [a, b, c, d]);
    expect(await end(a, b)).toEqual([]);
    expect(await all(policy)).toEqual([
      [a, 'active'],
      [b, 'active'],
      [c, 'queued'],
      [d, 'queued'],
    ]);
    const groups = await listQueues(db, { limit: 10 });
    expect(groups).toContainEqual({ policy: policy.id, group_key: '' });
    expect(await advanceQueues(db, groups)).not.toContainEqual(
      expect.objectContaining({ policy: policy.id }),
    );

    await db
      .updateTable('admission')
      .set({ activated_at: sql`now() - interval '61 seconds'` })
      .where('execution', '=', a)
      .execute();

    expect(standing(await advanceQueues(db, [{ policy: policy.id, group_key: '' }]))).toEqual([
      [c, 'active'],
    ]);
    expect(await all(policy)).toEqual([
      [b, 'active'],
      [c, 'active'],
      [d, 'queued'],
    ]);
  });

  it('count each attempt', async () => {
    const { db } = database;
    const policy = await makePolicy(db, { threshold: 2, window_seconds: 60 });
    const [a, b] = (await makeExecutions(2)) as [number, number];
    await ask(policy, [a]);
    await db.updateTable('execution').set({ attempt: 2 }).where('id', '=', a).execute();

    expect(await ask(policy, [a])).toEqual([[a, 'active']]);
    expect(await ask(policy, [b])).toEqual([[b, 'queued']]);
  });
});

it('queues are listed group by group, from where one left off', async () => {
  const { db } = database;
  const [policy, other] = [await makePolicy(db), await makePolicy(db)];
  for (const key of ['x', 'y']) await ask(policy, await makeExecutions(3), key);
  await ask(other, await makeExecutions(1), 'not full');
  await ask(other, await makeExecutions(2), 'full');
  const groups = [
    { policy: policy.id, group_key: 'x' },
    { policy: policy.id, group_key: 'y' },
    { policy: other.id, group_key: 'full' },
  ];

  const after = { policy: policy.id, group_key: '' };
  expect(await listQueues(db, { after, limit: 10 })).toEqual(groups);
  expect(await listQueues(db, { after, limit: 2 })).toEqual(groups.slice(0, 2));
  expect(await listQueues(db, { after: groups[1], limit: 10 })).toEqual(groups.slice(2));
});

it.each([
  ['is switched off', (db: Db, id: number) => updatePolicy(db, id, { enabled: false })],
  ['tells others apart', (db: Db, id: number) => updatePolicy(db, id, { parameters: ['region'] })],
  ['is gone', (db: Db, id: number) => deletePolicy(db, id)],
])('who queues for a policy that %s asks again', async (_, change) => {
  const { db } = database;
  const policy = await makePolicy(db);
  const [a, b] = (await makeExecutions(2)) as [number, number];
  await ask(policy, [a, b]);

  await change(db, policy.id);

  expect((await all(policy)).filter(([, status]) => status === 'queued')).toEqual([]);
  expect(await getExecution(db, b)).toMatchObject({ status: 'requested', waiting_for: null });
  expect(await takeOverdueRequested(db, { olderThanMs: 60_000, limit: 1_000 })).toContainEqual({ id: b });
});

it('executions that have ended or are gone, and policies that are gone, are absent', async () => {
  const { db } = database;
  const [policy, gone] = [await makePolicy(db), await makePolicy(db)];
  const [a, ended] = (await makeExecutions(2)) as [number, number];
  await requestCancels(db, [ended]);
  await deletePolicy(db, gone.id);

  expect(await ask(policy, [ended, 4_711_000, a])).toEqual([[a, 'active']]);
  expect(await ask(gone, [a])).toEqual([]);
  expect(await requestAdmissions(db, [])).toEqual([]);
});

it('no execution is given a slot after its end: the end waits for who is just being admitted', async () => {
  const { db } = database;
  const policy = await makePolicy(db);
  const [a] = (await makeExecutions(1)) as [number];
  let cancelled: Promise<unknown> | undefined;

  await inTransaction(db, async (trx) => {
    await requestAdmissions(trx, [{ policy: policy.id, execution: a }]);
    cancelled = requestCancels(db, [a]);
    await untilSomebodyWaits(db);
  });

  expect(await cancelled).toMatchObject([{ id: a, status: 'cancelled' }]);
  await release(db, [a]);
  expect(await all(policy)).toEqual([]);
});

it('asking and giving back read a handful of rows, however long the queue is', async () => {
  const { db } = database;
  const policy = await makePolicy(db, { threshold: 5 });
  const executions = await makeExecutions(6);
  await ask(policy, executions);
  const [first] = executions as [number];
  const last = await copies(first, 2_000);
  await sql`insert into attune.admission (policy, execution, status)
    select ${policy.id}, id, 'queued' from attune.execution where original_execution = ${first} and id < ${last}`.execute(
    db,
  );
  await sql`analyze attune.admission`.execute(db);

  const { before, after, promoted } = await inTransaction(db, async (trx) => {
    await requestCancels(trx, [first]);
    const before = await rowsRead(trx);
    await requestAdmissions(trx, [{ policy: policy.id, execution: last }]);
    const promoted = standing(await release(trx, [first]));
    return { before, after: await rowsRead(trx), promoted };
  });

  expect(promoted).toEqual([[executions[5], 'active']]);
  expect(after.by_scan - before.by_scan).toBe(0);
  expect(after.by_index - before.by_index).toBeLessThan(40);
});

describe('20 connections at once', () => {
  it('are given exactly as many slots as there are', async () => {
    const policy = await makePolicy(database.db, { threshold: 7 });
    const executions = await makeExecutions(20);

    const answers = await race(database.db, 20, (db, n) =>
      requestAdmissions(db, [{ policy: policy.id, execution: executions[n]! }]),
    );

    const active = answers.flat().filter(({ status }) => status === 'active');
    expect(active).toHaveLength(7);
    const stored = await all(policy);
    const holding = stored.filter(([, status]) => status === 'active').map(([execution]) => execution);
    expect(new Set(active.map(({ execution }) => execution))).toEqual(new Set(holding));
    expect(stored.filter(([, status]) => status === 'queued')).toHaveLength(13);
  });

  it('that ask for the same are one', async () => {
    const policy = await makePolicy(database.db, { threshold: 2 });
    const [a] = (await makeExecutions(1)) as [number];

    const answers = await race(database.db, 20, (db) =>
      requestAdmissions(db, [{ policy: policy.id, execution: a }]),
    );

    expect(answers.map(standing)).toEqual(Array.from({ length: 20 }, () => [[a, 'active']]));
    expect(await all(policy)).toEqual([[a, 'active']]);
  });

  it('that come and go never exceed the limit, and pass each slot on once, in order', async () => {
    const policy = await makePolicy(database.db, { threshold: 3 });
    const [first, second] = [await makeExecutions(10), await makeExecutions(10)];
    await ask(policy, first);
    await requestCancels(database.db, first);

    const answers = await race(database.db, 20, (db, n) =>
      n < 10
        ? release(db, [first[n]!])
        : requestAdmissions(db, [{ policy: policy.id, execution: second[n - 10]! }]),
    );

    const stored = await all(policy);
    expect(stored.map(([, status]) => String(status)).toSorted((a, b) => a.localeCompare(b))).toEqual([
      ...Array.from({ length: 3 }, () => 'active'),
      ...Array.from({ length: 7 }, () => 'queued'),
    ]);
    const given = answers.flat().filter(({ status }) => status === 'active');
    expect(new Set(given.map(({ execution }) => execution)).size).toBe(given.length);
  });

  it('that give back pass every slot on', async () => {
    const policy = await makePolicy(database.db, { threshold: 20 });
    const [holding, waiting] = [await makeExecutions(20), await makeExecutions(20)];
    await ask(policy, [...holding, ...waiting]);
    await requestCancels(database.db, holding);

    const answers = await race(database.db, 20, (db, n) => release(db, [holding[n]!]));

    const given = answers.flat().map(({ execution }) => execution);
    expect(given.sort((a, b) => a - b)).toEqual(waiting);
    expect(await all(policy)).toEqual(waiting.map((execution) => [execution, 'active']));
  });

  it('with several policies in any order do not wait for each other for ever', async () => {
    const policies: PolicyRow[] = [];
    while (policies.length < 4) policies.push(await makePolicy(database.db, { threshold: 20 }));
    const executions = await makeExecutions(6);
    const requests = policies.flatMap(({ id }) => executions.map((execution) => ({ policy: id, execution })));

    const answers = await race(database.db, 20, (db, n) => {
      const turned = [...requests.slice(n), ...requests.slice(0, n)];
      return requestAdmissions(db, n % 2 === 0 ? turned : turned.reverse());
    });

    for (const answer of answers) expect(answer).toHaveLength(24);
    for (const policy of policies) expect(await all(policy)).toHaveLength(6);
  });
});
