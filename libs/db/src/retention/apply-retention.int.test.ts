import { NotFoundError, ValidationError } from '@attune/domain';
import { CompiledQuery, sql } from 'kysely';
import type { Db } from '../database.js';
import { recordStatements } from '../generate/recording-database.js';
import { sampleRow } from '../generate/sample.js';
import { insertEvents } from '../repositories/event.repository.js';
import { insertExecutions } from '../repositories/execution-request.repository.js';
import { claimExecutions, finishExecutions } from '../repositories/execution-run.repository.js';
import { scheduleExecutions } from '../repositories/execution-scheduling.repository.js';
import { settleExecutions } from '../repositories/execution-settlement.repository.js';
import { insertNotification } from '../repositories/notification.repository.js';
import type { RetentionRow } from '../schema/index.js';
import {
  countStatements,
  makeAction,
  makeEnforcement,
  makeExecution,
  makeOlder,
  makeTrigger,
  makeWorker,
  useTestDatabase,
} from '../testing/index.js';
import type { RetentionReport } from './apply-retention.js';
import { applyRetention } from './apply-retention.js';
import { listRetention, setRetention } from './retention.repository.js';
import { retentionTargets } from './retention-targets.js';

const database = useTestDatabase();
let db: Db;
let trigger_ref: string;

beforeAll(async () => {
  db = database.db;
  trigger_ref = (await makeTrigger(db)).ref;
});

beforeEach(async () => {
  for (const table of ['event', 'enforcement', 'execution', 'notification'] as const) {
    await db.deleteFrom(table).execute();
  }
  await db.updateTable('retention').set({ position: null }).execute();
});

/** Evaluated, 31 days old; in the order of their ids. */
async function oldEvents(count: number): Promise<number[]> {
  const events = await insertEvents(
    db,
    Array.from({ length: count }, () => ({ trigger_ref })),
  );
  const ids = events.map(({ id }) => id);
  const evaluated = {
    status: 'evaluated',
    evaluated_at: new Date(),
    matched: 0,
    announced_at: null,
  } as const;
  await db.updateTable('event').set(evaluated).where('id', 'in', ids).execute();
  await makeOlder(db, 'event', { days: 31, keys: ids });
  return ids;
}

async function oldTree(): Promise<number[]> {
  const root = await makeExecution(db, { status: 'completed', settled: true });
  const child = await makeExecution(db, { status: 'completed', settled: true, parent: root.id });
  await makeOlder(db, 'execution', { days: 31, keys: [root.id, child.id] });
  return [root.id, child.id];
}

async function oldTreeWithRunningChild(): Promise<void> {
  const root = await makeExecution(db, { status: 'completed', settled: true });
  const child = await makeExecution(db, { status: 'running', parent: root.id });
  await makeOlder(db, 'execution', { days: 31, keys: [root.id, child.id] });
}

async function setPending(ids: readonly number[]): Promise<void> {
  const pending = { status: 'pending', evaluated_at: null, matched: null, announced_at: new Date() } as const;
  await db.updateTable('event').set(pending).where('id', 'in', ids).execute();
}

async function setEvaluated(ids: readonly number[]): Promise<void> {
  const evaluated = {
    status: 'evaluated',
    evaluated_at: new Date(),
    matched: 0,
    announced_at: null,
  } as const;
  await db.updateTable('event').set(evaluated).where('id', 'in', ids).execute();
}

async function present(table: 'event' | 'execution'): Promise<number[]> {
  const rows = await db.selectFrom(table).select('id').orderBy('id').execute();
  return rows.map(({ id }) => id);
}

function of(target: string, reports: readonly RetentionReport[]): RetentionReport {
  const report = reports.find((candidate) => candidate.target === target);
  if (report === undefined) throw new Error(`no report of ${target}`);
  return report;
}

async function settingOf(target: string): Promise<RetentionRow> {
  return db.selectFrom('retention').selectAll().where('target', '=', target).executeTakeFirstOrThrow();
}

/** Runs `work` while another transaction has done `hold` and has not ended. */
async function during<T>(hold: (other: Db) => Promise<unknown>, work: () => Promise<T>): Promise<T> {
  return db.transaction().execute(async (other) => {
    await hold(other);
    return work();
  });
}

describe('a pass', () => {
  it('stops after its batches and is gone on with where it stopped', async () => {
    const ids = await oldEvents(5);

    const first = await applyRetention(db, { batchSize: 2, maxBatches: 1 });
    const left = await present('event');
    const second = await applyRetention(db, { batchSize: 2, maxBatches: 1 });
    const third = await applyRetention(db, { batchSize: 2, maxBatches: 1 });

    expect(left).toEqual(ids.slice(2));
    expect([first, second, third].map((reports) => of('event', reports))).toMatchObject([
      { deleted: 2, batches: 1, complete: false },
      { deleted: 2, batches: 1, complete: false },
      { deleted: 1, batches: 1, complete: true },
    ]);
    expect(await present('event')).toEqual([]);
  });

  it('does not look again at what it has passed', async () => {
    const ids = await oldEvents(4);
    await setPending(ids.slice(0, 2));

    const first = await applyRetention(db, { batchSize: 2, maxBatches: 1 });
    const second = await applyRetention(db, { batchSize: 2, maxBatches: 1 });

    expect([first, second].map((reports) => of('event', reports))).toMatchObject([
      { deleted: 0, kept: 2 },
      { deleted: 2, kept: 0 },
    ]);
  });

  it('looks from the start after its end', async () => {
    const [first] = await oldEvents(3);
    await setPending([first!]);
    await applyRetention(db, { batchSize: 1 });
    await setEvaluated([first!]);

    await applyRetention(db, { batchSize: 1 });

    expect(await present('event')).toEqual([]);
  });

  it('ends where rows are young, and passes over a young one among old ones', async () => {
    const [, young] = await oldEvents(3);
    await makeOlder(db, 'event', { days: -2, keys: [young!] });
    const after = await insertEvents(
      db,
      Array.from({ length: 12 }, () => ({ trigger_ref })),
    );

    const reports = await applyRetention(db, { batchSize: 3 });

    expect(await present('event')).toEqual([young, ...after.map(({ id }) => id)]);
    expect(of('event', reports)).toMatchObject({ deleted: 2, kept: 0, batches: 2, complete: true });
  });

  it('keeps count of what it removed, and of what it kept', async () => {
    const before = await settingOf('event');
    await oldEvents(3);

    await applyRetention(db, { batchSize: 2, maxBatches: 1 });
    const underWay = await settingOf('event');
    await applyRetention(db, { batchSize: 2, maxBatches: 1 });
    const over = await settingOf('event');

    expect(underWay).toMatchObject({ pass_deleted: 2, pass_kept: 0, deleted: before.deleted + 2 });
    expect(underWay.position).not.toBeNull();
    expect(underWay.passed_at).toEqual(before.passed_at);
    expect(over).toMatchObject({ pass_deleted: 3, deleted: before.deleted + 3, position: null });
    expect(over.pass_started_at).toEqual(underWay.pass_started_at);
    expect(over.passed_at!.getTime()).toBeGreaterThanOrEqual(over.pass_started_at!.getTime());
  });

  it('starts no batch after its time, nor after it was told to stop', async () => {
    await oldEvents(1);
    const stopped = AbortSignal.abort();

    const reports = [
      ...(await applyRetention(db, { batchSize: 1, budgetMs: 0 })),
      ...(await applyRetention(db, { batchSize: 1, signal: stopped })),
    ];

    expect(reports.filter(({ batches }) => batches > 0)).toEqual([]);
    expect(reports.filter(({ complete }) => complete)).toEqual([]);
    expect(await present('event')).toHaveLength(1);
  });

  it.each([
    ['its time is up', () => ({ budgetMs: 200 })],
    ['it is stopped', () => ({ signal: AbortSignal.timeout(200) })],
  ])('rests after a batch, at most until %s', async (_case, end) => {
    const reports = await applyRetention(db, { batchSize: 1, share: 0.000_1, ...end() });

    expect(reports.filter(({ batches }) => batches > 0).map(({ target }) => target)).toEqual([
      'execution_log',
    ]);
  });

  it.each(['raise exception $$no$$', 'perform pg_terminate_backend(pg_backend_pid())'])(
    'that fails in a batch loses the others nothing: %s',
    async (failure) => {
      const ids = await oldEvents(4);
      const notified = await insertNotification(db, {
        channel: 'c',
        entity_type: 'e',
        entity: '1',
        activity: 'a',
      });
      await makeOlder(db, 'notification', { days: 31, keys: [notified.id] });
      await sql
        .raw(
          `create function attune.fail() returns trigger language plpgsql as 'begin ${failure}; return old; end';
          create trigger fail before delete on attune.event for each row when (old.id = ${ids[3]})
          execute function attune.fail()`,
        )
        .execute(db);

      const failed = await applyRetention(db, { batchSize: 2 });
      const left = await present('event');
      await sql`drop function attune.fail() cascade`.execute(db);
      const mended = await applyRetention(db, { batchSize: 2 });

      expect(of('event', failed)).toMatchObject({
        deleted: 2,
        batches: 1,
        complete: false,
        error: expect.any(String),
      });
      expect(left).toEqual(ids.slice(2));
      expect(of('notification', failed)).toMatchObject({ deleted: 1, complete: true, error: null });
      expect(of('event', mended)).toMatchObject({ deleted: 2, complete: true, error: null });
    },
  );
});

describe('with others at work', () => {
  it('passes over a target that another process is at, at once', async () => {
    const ids = await oldEvents(1);

    const reports = await during(
      (other) =>
        other.selectFrom('retention').selectAll().where('target', '=', 'event').forUpdate().execute(),
      () => applyRetention(db, { batchSize: 10 }),
    );

    expect(of('event', reports)).toMatchObject({ cutoff: null, batches: 0, complete: false, error: null });
    expect(reports.filter(({ complete }) => !complete)).toHaveLength(1);
    expect(await present('event')).toEqual(ids);
  });

  it('20 processes remove each row once', async () => {
    await oldEvents(60);
    const before = (await settingOf('event')).deleted;

    const answers = await Promise.all(
      Array.from({ length: 20 }, () => applyRetention(db, { batchSize: 3, budgetMs: 5_000 })),
    );
    const rest = await applyRetention(db, { batchSize: 100 });

    const deleted = [...answers, rest].map((reports) => of('event', reports).deleted);
    expect(deleted.reduce((sum, count) => sum + count)).toBe(60);
    expect((await settingOf('event')).deleted).toBe(before + 60);
    expect(await present('event')).toEqual([]);
  });

  it('a row that somebody holds is left for the next pass', async () => {
    const ids = await oldEvents(3);

    const reports = await during(
      (other) => other.selectFrom('event').selectAll().where('id', '=', ids[1]!).forUpdate().execute(),
      () => applyRetention(db, { batchSize: 2 }),
    );
    const left = await present('event');
    await applyRetention(db, { batchSize: 2 });

    expect(of('event', reports)).toMatchObject({ deleted: 2, kept: 1, complete: true });
    expect(left).toEqual([ids[1]]);
    expect(await present('event')).toEqual([]);
  });

  it.each([
    ['the root', 0],
    ['a child', 1],
  ])('a tree is left for the next pass while somebody holds %s', async (_case, member) => {
    const [held, free] = [await oldTree(), await oldTree()];

    const reports = await during(
      (other) =>
        other.selectFrom('execution').select('id').where('id', '=', held[member]!).forKeyShare().execute(),
      () => applyRetention(db, { batchSize: 10 }),
    );
    const left = await present('execution');
    await applyRetention(db, { batchSize: 10 });

    expect(of('execution', reports)).toMatchObject({ deleted: free.length, kept: 1, error: null });
    expect(left).toEqual(held);
    expect(await present('execution')).toEqual([]);
  });

  it('a tree to which a child is being added stays', async () => {
    const [, leaf] = await oldTree();
    const { ref: action_ref } = await makeAction(db);

    await during(
      (other) => insertExecutions(other, [{ action_ref, parent: leaf! }]),
      () => applyRetention(db, { batchSize: 10 }),
    );
    await applyRetention(db, { batchSize: 10 });

    expect(await present('execution')).toHaveLength(3);
  });

  it('nothing of the life of an execution waits for it', async () => {
    const { ref: action_ref } = await makeAction(db);
    const worker = await makeWorker(db);
    await oldEvents(3);
    await oldTree();

    const settled = await during(
      (other) => applyRetention(other, { batchSize: 100 }),
      () =>
        db.transaction().execute(async (hot) => {
          await sql`set local lock_timeout = '100ms'`.execute(hot);
          return liveThrough(hot, {
            action_ref,
            hold: { workerId: worker.id, incarnation: worker.incarnation },
          });
        }),
    );

    expect(settled).toHaveLength(1);
  });
});

async function liveThrough(
  hot: Db,
  { action_ref, hold }: { action_ref: string; hold: { workerId: number; incarnation: number } },
): Promise<unknown[]> {
  await insertEvents(hot, [{ trigger_ref, dedupe_key: 'while it runs' }]);
  await makeEnforcement(hot, { status: 'processed' });
  const [execution] = await insertExecutions(hot, [{ action_ref }]);
  await scheduleExecutions(hot, [{ id: execution!.id, dispatch_queue: 'dispatch.noop' }]);
  await claimExecutions(hot, [{ id: execution!.id, attempt: 1 }], hold);
  await finishExecutions(hot, [{ id: execution!.id, attempt: 1, status: 'completed' }], hold);
  return settleExecutions(hot, [execution!.id]);
}

describe('the settings', () => {
  afterEach(() => setRetention(db, 'event', 30 * 86_400));

  it('say how long: what is older by a minute goes, what is younger by a minute stays', async () => {
    const [gone, kept] = await oldEvents(2);
    await setRetention(db, 'event', 3_600);
    const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000);
    await db
      .updateTable('event')
      .set({ created: ago(61) })
      .where('id', '=', gone!)
      .execute();
    await db
      .updateTable('event')
      .set({ created: ago(59) })
      .where('id', '=', kept!)
      .execute();

    await applyRetention(db, { batchSize: 10 });

    expect(await present('event')).toEqual([kept]);
  });

  it('null keeps everything', async () => {
    const ids = await oldEvents(2);
    await setRetention(db, 'event', null);

    const reports = await applyRetention(db, { batchSize: 10 });

    expect(await present('event')).toEqual(ids);
    expect(of('event', reports)).toEqual({
      target: 'event',
      cutoff: null,
      deleted: 0,
      kept: 0,
      batches: 0,
      complete: true,
      dry_run: false,
      error: null,
    });
  });

  it('are listed by target, and answered when they change', async () => {
    const changed = await setRetention(db, 'event', 60);

    expect(changed).toMatchObject({ target: 'event', max_age_seconds: 60 });
    expect(await listRetention(db)).toContainEqual(changed);
  });

  it.each([0, -1, 1.5, 2 ** 31, Number.NaN])('an age of %d is refused', async (age) => {
    await expect(setRetention(db, 'event', age)).rejects.toThrow(
      new ValidationError(
        'retention.max_age_seconds must be a whole number of seconds from 1 to 2147483647, or null',
      ),
    );
    expect(await settingOf('event')).toMatchObject({ max_age_seconds: 30 * 86_400 });
  });

  it('a target that is none is refused', async () => {
    await expect(setRetention(db, 'artifact', 60)).rejects.toThrow(NotFoundError);
  });

  it.each([
    { batchSize: 0 },
    { batchSize: 1.5 },
    { batchSize: 10_001 },
    { batchSize: 1, share: 0 },
    { batchSize: 1, share: 1.1 },
  ])('the pace %j is refused', async (options) => {
    await expect(applyRetention(db, options)).rejects.toThrow(ValidationError);
  });

  it('the horizon follows the cutoff and never moves back', async () => {
    await setRetention(db, 'event', 3_600);
    const reports = await applyRetention(db, { batchSize: 10 });
    const { horizon } = await settingOf('event');
    await setRetention(db, 'event', 7_200);
    await applyRetention(db, { batchSize: 10 });

    expect(horizon).toEqual(of('event', reports).cutoff);
    expect(Math.abs(Date.now() - 3_600_000 - horizon!.getTime())).toBeLessThan(60_000);
    expect((await settingOf('event')).horizon).toEqual(horizon);
  });
});

describe('a dry run', () => {
  it('tells what would go, by itself or with others at work, and changes nothing', async () => {
    const [events, trees] = [await oldEvents(5), [...(await oldTree()), ...(await oldTree())]];
    await setPending(events.slice(1, 2));
    await oldTreeWithRunningChild();
    await makeExecution(db, { status: 'completed', settled: true });
    const before = [await listRetention(db), await present('event'), await present('execution')];

    const foretold = await during(
      (other) => other.selectFrom('retention').selectAll().forUpdate().execute(),
      () => applyRetention(db, { batchSize: 2, dryRun: true }),
    );
    const after = [await listRetention(db), await present('event'), await present('execution')];
    const done = await applyRetention(db, { batchSize: 2 });

    expect(after).toEqual(before);
    expect(of('event', foretold)).toMatchObject({ deleted: 4, kept: 1 });
    expect(of('execution', foretold)).toMatchObject({ deleted: trees.length, kept: 1 });
    const numbers = (reports: RetentionReport[]) =>
      reports.map(({ target, deleted, kept, complete }) => ({ target, deleted, kept, complete }));
    expect(numbers(foretold)).toEqual(numbers(done));
    expect(foretold.every(({ dry_run }) => dry_run)).toBe(true);
  });
});

describe('the cost', () => {
  it('is a few statements per batch, whatever its size', async () => {
    await applyRetention(db, { batchSize: 100 });
    await oldEvents(60);
    for (let tree = 0; tree < 3; tree += 1) await oldTree();

    const small = await countStatements(database, (counted) =>
      applyRetention(counted, { batchSize: 10, maxBatches: 1 }),
    );
    const large = await countStatements(database, (counted) =>
      applyRetention(counted, { batchSize: 100, maxBatches: 1 }),
    );

    // begin, take, look, save and commit for each target; one to remove events, three to remove trees
    expect(small.statements).toBe(5 * retentionTargets.length + 4);
    expect(large.statements).toBe(5 * retentionTargets.length + 1);
    expect([of('event', small.answer).deleted, of('event', large.answer).deleted]).toEqual([10, 50]);
  });

  it('of a step does not grow with the table: an index leads each walk', async () => {
    const recording = recordStatements([[sampleRow]]);
    await applyRetention(recording.db, { batchSize: 1, maxBatches: 1 });
    const walks = recording.statements.filter((query) => query.sql.includes('limit $3'));

    const plans = await db.transaction().execute(async (trx) => {
      await sql`set local enable_seqscan = off`.execute(trx);
      await sql`set local enable_sort = off`.execute(trx);
      const explained = [];
      for (const query of walks) {
        const asked = CompiledQuery.raw(`explain ${query.sql}`, [new Date(), ...query.parameters.slice(1)]);
        const plan = await trx.executeQuery(asked);
        explained.push(plan.rows.map((row) => Object.values(row as object)[0]).join('\n'));
      }
      return explained;
    });

    expect(plans).toHaveLength(retentionTargets.length);
    expect(plans.filter((plan) => !plan.includes('Index'))).toEqual([]);
    expect(plans.filter((plan) => /Seq Scan|-> +Sort /.test(plan))).toEqual([]);
    expect(
      plans.map((plan) => /using (\w+_(created|expires_at)_idx)/.exec(plan)?.[1]).filter(Boolean),
    ).toEqual([
      'event_key_created_idx',
      'event_key_expires_at_idx',
      'rule_flow_expires_at_idx',
      'idempotent_request_created_idx',
      'session_created_idx',
      'sign_in_created_idx',
      'login_attempt_created_idx',
    ]);
  });
});
