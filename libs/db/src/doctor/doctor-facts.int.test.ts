import { sql } from 'kysely';
import { requestAdmissions } from '../repositories/admission.repository.js';
import { recordRuleErrors } from '../repositories/rule-error.repository.js';
import { deferExecutions } from '../repositories/execution-scheduling.repository.js';
import { takeOverdueRequested } from '../repositories/sweep.repository.js';
import { updateTrigger } from '../repositories/trigger.repository.js';
import { releaseWorker, setWorkerCordon } from '../repositories/worker.repository.js';
import {
  makeEnforcement,
  makeEvent,
  makeExecution,
  makeIdentity,
  makeInquiry,
  makeOlder,
  makePolicy,
  makeRule,
  makeSensor,
  makeSensorRun,
  makeTrigger,
  makeWorker,
  useTestDatabase,
} from '../testing/index.js';
import { readDoctorFacts } from './doctor-facts.js';

const database = useTestDatabase();
const tenMinutes = 10 / 1_440;

beforeEach(async () => {
  await sql`truncate attune.event, attune.enforcement, attune.execution, attune.worker, attune.sensor, attune.rule,
    attune.trigger, attune.policy, attune.process, attune.ledger_check cascade`.execute(database.db);
});

const facts = () => readDoctorFacts(database.db);

it('says nothing of what moves', async () => {
  const { db } = database;
  const worker = await makeWorker(db);
  await makeEvent(db);
  await makeEnforcement(db, { status: 'processed' });
  await makeExecution(db, { status: 'running', worker });
  await makeExecution(db, { status: 'completed', settled: true });
  await makeSensorRun(db, { status: 'running' });
  await makeRule(db, { enabled: false });

  const { now: _now, ...found } = await facts();

  expect(found).toEqual({
    ledger: null,
    processes: [],
    workers: [],
    events: null,
    overdue: [],
    waiting: [],
    policies: [],
    matches: [],
    inquiries: [],
    timers: [],
    sensor_runs: [],
    disabled: [],
    rule_errors: [],
  });
});

it('groups executions by what they wait for: workers by the demand, the others by the reason', async () => {
  const { db } = database;
  const rows = await Promise.all(Array.from({ length: 3 }, () => makeExecution(db)));
  const ids = rows.map(({ id }) => id).sort((a, b) => a - b);
  const demands = ['python', 'python', 'ruby'];
  await deferExecutions(
    db,
    ids.map((id, index) => ({
      id,
      waiting_for: 'worker',
      detail: `no worker offers ${demands[index]}`,
      dispatch_queue: `dispatch.${demands[index]}`,
    })),
  );
  const soon = new Date(Date.now() + 3_600_000);
  const delayed = await makeExecution(db, { not_before: soon });
  await makeExecution(db, { not_before: soon });
  const paused = await makeExecution(db, { waiting_for: 'pause' });

  const { waiting } = await facts();

  expect(
    waiting.map(({ first: { id, waiting_for, waiting_detail }, count }) => [
      id,
      waiting_for,
      waiting_detail,
      count,
    ]),
  ).toEqual([
    [ids[0], 'worker', 'no worker offers python', 2],
    [ids[2], 'worker', 'no worker offers ruby', 1],
    [delayed.id, 'delay', null, 2],
    [paused.id, 'pause', null, 1],
  ]);
  expect(waiting[0]).toMatchObject({ first: { dispatch_queue: 'dispatch.python' }, more: false });
});

it('finds executions that a sweep had to announce, when they have not moved for so long', async () => {
  const { db } = database;
  const { id } = await makeExecution(db);
  await makeOlder(db, 'execution', { days: tenMinutes, keys: [id] });
  expect((await facts()).overdue).toEqual([]);

  await takeOverdueRequested(db, { olderThanMs: 30_000, limit: 10 });

  expect((await facts()).overdue).toMatchObject([{ first: { id, status: 'requested' }, count: 1 }]);
});

it('tells who queues for a policy, and who has its slots', async () => {
  const { db } = database;
  const policy = await makePolicy(db, { threshold: 1 });
  const [holder, next, later] = [await makeExecution(db), await makeExecution(db), await makeExecution(db)];
  for (const { id } of [holder, next, later])
    await requestAdmissions(db, [{ policy: policy.id, execution: id }]);

  const { policies, waiting } = await facts();

  expect(policies).toMatchObject([
    { policy_ref: policy.ref, group_key: '', queued: 2, more: false, first: next.id, holders: [holder.id] },
  ]);
  expect(waiting).toEqual([]);
});

it('finds events that are not evaluated, the oldest first', async () => {
  const { db } = database;
  const old = [await makeEvent(db), await makeEvent(db)].map(({ id }) => id);
  await makeOlder(db, 'event', { days: tenMinutes, keys: old });
  await makeEvent(db);

  expect((await facts()).events).toMatchObject({ first: { id: old[0] }, count: 2, more: false });
});

it('groups matches that are not decided by their rule', async () => {
  const { db } = database;
  const rule = await makeRule(db);
  const held = [await makeEnforcement(db, { rule }), await makeEnforcement(db, { rule })];
  const other = await makeEnforcement(db);

  expect((await facts()).matches).toMatchObject([
    { first: { id: held[0]?.id, rule_ref: rule.ref, waiting_for: 'release', due_at: null }, count: 2 },
    { first: { id: other.id }, count: 1 },
  ]);
});

it('names who may answer an inquiry that is open', async () => {
  const { db } = database;
  const { id: assigned_to, login } = await makeIdentity(db);
  const { id } = await makeInquiry(db, { assigned_to });
  await makeInquiry(db, { status: 'responded' });

  expect((await facts()).inquiries).toMatchObject([{ id, assigned_to: login, status: 'pending' }]);
});

it('finds workers that are lost or cordoned, not those that signed off', async () => {
  const { db } = database;
  const [lost, cordoned, left] = [
    await makeWorker(db, { leaseMs: -1 }),
    await makeWorker(db),
    await makeWorker(db),
  ];
  await setWorkerCordon(db, cordoned.id, { reason: 'new disk' });
  await releaseWorker(db, left);

  const { workers } = await facts();

  expect(workers.toSorted((a, b) => a.id - b.id)).toMatchObject([
    { id: lost.id, alive: false, recovered: false, cordoned: false },
    { id: cordoned.id, alive: true, cordoned: true, cordon_reason: 'new disk' },
  ]);
});

it('finds sensors that do not run', async () => {
  const { db } = database;
  const failed = await makeSensorRun(db, { status: 'failed' });
  await makeSensorRun(db, { status: 'failed', sensor: await makeSensor(db, { enabled: false }) });

  expect((await facts()).sensor_runs).toMatchObject([
    { id: failed.id, status: 'failed', last_error: 'exit code 1' },
  ]);
});

it('finds disabled triggers that rules wait for, and disabled rules whose events come', async () => {
  const { db } = database;
  const trigger = await makeTrigger(db);
  await makeRule(db, { trigger_ref: trigger.ref });
  await updateTrigger(db, trigger.id, { enabled: false });
  const off = await makeRule(db, { enabled: false });
  await makeOlder(db, 'rule', { days: 1, keys: [off.id] });
  await makeEvent(db, { trigger_ref: off.trigger_ref });

  expect((await facts()).disabled).toMatchObject([
    { type: 'trigger', ref: trigger.ref, rules: 1, last_event_at: null },
    { type: 'rule', ref: off.ref, last_event_at: expect.any(Date) },
  ]);
});

it('finds rules that fail again and again, until they are changed', async () => {
  const { db } = database;
  const { id, ref } = await makeRule(db);
  await recordRuleErrors(db, [{ rule_id: id, count: 1, error: 'once' }]);
  expect((await facts()).rule_errors).toEqual([]);

  await recordRuleErrors(db, [{ rule_id: id, count: 4, error: 'no such key' }]);

  expect((await facts()).rule_errors).toMatchObject([{ ref, error_count: 5, last_error: 'no such key' }]);
});
