import { inTransaction } from '../database.js';
import {
  makeAction,
  makeExecution,
  makeRule,
  makeRuntime,
  makeSensor,
  makeTrigger,
  useTestDatabase,
} from '../testing/index.js';
import * as action from './action.repository.js';
import { cancelPackExecutions } from './execution-cancel.repository.js';
import { getExecution } from './execution.repository.js';
import * as pack from './pack.repository.js';
import * as runtime from './runtime.repository.js';
import * as trigger from './trigger.repository.js';

const database = useTestDatabase();

it('a pack goes with its components, but runs and versions stay', async () => {
  const { db } = database;
  const mine = await makeAction(db);
  const ofPack = { pack_ref: mine.pack_ref };
  await makeTrigger(db, { ref: `${mine.pack_ref}.tick` });
  const run = await makeExecution(db, { action_ref: mine.ref, status: 'completed' });

  expect(await pack.deletePack(db, mine.pack)).toBe(true);

  expect((await action.listActions(db, ofPack, { limit: 5 })).items).toEqual([]);
  expect((await trigger.listTriggers(db, ofPack, { limit: 5 })).items).toEqual([]);
  expect(await getExecution(db, run.id)).toMatchObject({ status: 'completed', action_ref: mine.ref });
});

it.each(['requested', 'scheduled', 'running'] as const)(
  'a pack with an execution that is %s is not deleted, nor anything of it',
  async (status) => {
    const { db } = database;
    const mine = await makeAction(db);
    const run = await makeExecution(db, { action_ref: mine.ref, status });

    await expect(pack.deletePack(db, mine.pack)).rejects.toMatchObject({
      code: 'INVALID_STATE',
      message: `cannot delete pack ${mine.pack_ref}: executions of its actions are under way (${run.id})`,
    });

    expect(await action.findAction(db, mine.id)).toEqual(mine);
  },
);

it('a pack is deleted by force: what is under way is cancelled in the same transaction', async () => {
  const { db } = database;
  const mine = await makeAction(db);
  const runs = [];
  for (const status of ['requested', 'scheduled', 'running'] as const) {
    runs.push(await makeExecution(db, { action_ref: mine.ref, status }));
  }

  const cancelled = await inTransaction(db, async (trx) => {
    const answer = await cancelPackExecutions(trx, mine.pack_ref, 'the pack was deleted');
    await pack.deletePack(trx, mine.pack);
    return answer;
  });

  expect(cancelled.map(({ id, status }) => [id, status])).toEqual([
    [runs[0]!.id, 'cancelled'],
    [runs[1]!.id, 'cancelled'],
    [runs[2]!.id, 'canceling'],
  ]);
  expect(await pack.findPack(db, mine.pack)).toBeUndefined();
});

it('executions of a pack whose name begins alike do not hold a pack', async () => {
  const { db } = database;
  const mine = await makeAction(db);
  const other = await makeAction(db, { ref: `${mine.pack_ref}_other.act` });
  await makeExecution(db, { action_ref: other.ref, status: 'running' });

  expect(await pack.deletePack(db, mine.pack)).toBe(true);
});

it('a pack whose runtime another pack uses is not deleted', async () => {
  const { db } = database;
  const theirs = await makeRuntime(db);
  await makeAction(db, { runtime_ref: theirs.ref });

  await expect(pack.deletePack(db, theirs.pack)).rejects.toMatchObject({ code: 'INVALID_STATE' });
  expect(await runtime.findRuntime(db, theirs.id)).toEqual(theirs);
});

it('JSON goes in and comes out unchanged, and NULL, {} and [] stay apart', async () => {
  const { db } = database;
  const deep = { a: [null, 1.5, { ключ: 'значение', nested: [[]] }], b: { c: false } };

  const full = await makeAction(db, { param_schema: deep, out_schema: {}, worker_tolerations: [deep] });
  const bare = await makeAction(db);
  const conditions = (await makeRule(db, { conditions: null })).conditions;

  expect(full).toMatchObject({ param_schema: deep, out_schema: {}, worker_tolerations: [deep] });
  expect(bare).toMatchObject({ param_schema: null, out_schema: null, worker_tolerations: [] });
  expect(conditions).toEqual([]);
});

it('twins follow the ref that is given, and both are cleared together', async () => {
  const { db } = database;
  const observer = await makeSensor(db);
  const watched = await makeTrigger(db, { sensor_ref: observer.ref });

  expect(watched).toMatchObject({ sensor: observer.id, sensor_ref: observer.ref });
  expect(await trigger.updateTrigger(db, watched.id, { sensor_ref: null })).toMatchObject({
    sensor: null,
    sensor_ref: null,
  });
});
