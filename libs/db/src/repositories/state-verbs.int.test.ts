import {
  enforcementTransitions,
  eventTransitions,
  executionTransitions,
  inquiryTransitions,
  sensorRunTransitions,
  timerTransitions,
  workerLeaseTransitions,
} from '@attune/domain';
import { sql } from 'kysely';
import type { Db } from '../database.js';
import { inTransaction } from '../database.js';
import { currentEpoch } from '../definition.js';
import type { RuleRow, WorkerRow } from '../schema/index.js';
import { describeMachine } from '../testing/describe-machine.js';
import {
  makeAction,
  makeEnforcement,
  makeEvent,
  makeExecution,
  makeInquiry,
  makeRule,
  makeSensorRun,
  makeWorker,
  useTestDatabase,
} from '../testing/index.js';
import { disableEnforcements, processEnforcements } from './enforcement-decision.repository.js';
import { commitEvaluations } from './enforcement.repository.js';
import { cancelPackExecutions, requestCancel, requestCancels } from './execution-cancel.repository.js';
import { listAttempts, listExecutionHistory } from './execution-history.repository.js';
import type { AttemptOutcome } from './execution-run.repository.js';
import { claimExecutions, finishExecutions } from './execution-run.repository.js';
import { deferExecutions, refuseExecutions, scheduleExecutions } from './execution-scheduling.repository.js';
import { settleExecutions } from './execution-settlement.repository.js';
import {
  finishParkedExecutions,
  parkExecutions,
  pauseExecutions,
  resumeExecutions,
  startParkedExecutions,
} from './execution-waiting.repository.js';
import { getExecution } from './execution.repository.js';
import {
  cancelInquiries,
  cancelInquiry,
  expireInquiries,
  expireInquiry,
  reassignInquiry,
  respondInquiries,
  respondInquiry,
} from './inquiry.repository.js';
import { endOverdueExecutions } from './execution-deadline.repository.js';
import { takeLostExecutions } from './lost-execution.repository.js';
import { loadRuleSet } from './rule-set.repository.js';
import { updateRule } from './rule.repository.js';
import {
  reportSensorsCrashed,
  reportSensorsFailed,
  reportSensorsRunning,
  reportSensorsStarted,
  reportSensorsStopped,
  saveSensorCheckpoints,
  startDueSensorRuns,
} from './sensor-run-report.repository.js';
import { releaseSensorRuns, renewSensorRunLeases, takeSensorRuns } from './sensor-run.repository.js';
import { advanceTimers, ensureTimers, lockDueTimers, restTimers } from './timer.repository.js';
import { getWorker, registerWorker, releaseWorker, renewWorkerLease } from './worker.repository.js';

const database = useTestDatabase();
const past = new Date(Date.now() - 60_000);
const future = new Date(Date.now() + 3_600_000);

interface Hold {
  workerId: number;
  incarnation: number;
}

/** A sensor run's owner and an execution's worker; absent where a row has none. */
const nobody: Hold = { workerId: 0, incarnation: 0 };

const holdOf = ({ id, incarnation }: WorkerRow): Hold => ({ workerId: id, incarnation });

async function idsOf(rows: Promise<readonly { id: number }[]>): Promise<number[]> {
  return (await rows).map(({ id }) => id).sort((a, b) => a - b);
}

const named = (subjects: readonly { id: number }[]) => subjects.map(({ id }) => id);

/** A record of a verb's input for each. */
function eachWith<Values extends object>(subjects: readonly { id: number }[], values: Values) {
  return subjects.map(({ id }) => ({ id, ...values }));
}

/** Of a sweep, which finds whatever there is: those that are meant. */
async function among(subjects: readonly { id: number }[], rows: Promise<readonly { id: number }[]>) {
  const found = await idsOf(rows);
  return found.filter((id) => named(subjects).includes(id));
}

/** By a verb that takes one. */
async function oneByOne<S extends { id: number }>(
  subjects: readonly S[],
  verb: (subject: S) => Promise<unknown>,
): Promise<number[]> {
  const served = [];
  for (const subject of subjects) {
    const answer = await verb(subject);
    if (answer !== undefined && answer !== false) served.push(subject.id);
  }
  return served;
}

async function leaseRunsOut(table: 'worker' | 'sensor_run', id: number): Promise<void> {
  await database.db.updateTable(table).set({ lease_expires_at: past }).where('id', '=', id).execute();
}

async function readAs<Place extends string>(
  query: ReturnType<typeof sql<{ place: Place; rows: object }>>,
): Promise<{ place: Place; rows: object }> {
  const { rows } = await query.execute(database.db);
  return rows[0]!;
}

/** Made once: definitions are dear. */
const shared = {
  rule: undefined as Promise<RuleRow> | undefined,
  action: undefined as Promise<{ ref: string; pack_ref: string }> | undefined,
};
const theRule = () => (shared.rule ??= makeRule(database.db));
const theAction = () => (shared.action ??= makeAction(database.db));

async function ruleVersion(db: Db) {
  const { id, trigger } = await theRule();
  const { rules } = await loadRuleSet(db, [trigger!]);
  const { version, action } = rules.find((rule) => rule.id === id)!;
  return { rule_id: id, rule_version: version, action: action! };
}

describeMachine<'pending' | 'evaluated', { id: number; epochs?: number }>(
  'an event',
  {
    table: eventTransitions,
    states: { pending: 'pending', evaluated: 'evaluated' },
    make: async (place) => {
      const rule = await theRule();
      if (place === 'pending') return makeEvent(database.db, { trigger_ref: rule.trigger_ref });
      return { id: (await makeEnforcement(database.db, { rule })).event };
    },
    read: (id) =>
      readAs(sql`select e.status as place, jsonb_build_array(to_jsonb(e),
        (select jsonb_agg(to_jsonb(f)) from attune.enforcement f where f.event = e.id)) as rows
        from attune.event e where e.id = ${id}`),
    fences: { epoch: ({ id }) => ({ id, epochs: -1 }) },
    verbs: {
      evaluate: {
        moves: { pending: 'evaluated' },
        fences: ['epoch'],
        act: async (db, subjects) => {
          const { rule_id, rule_version } = await ruleVersion(db);
          const answer = await commitEvaluations(db, {
            epoch: (await currentEpoch(db)) + (subjects[0]?.epochs ?? 0),
            evaluations: subjects.map(({ id }) => ({ event_id: id, matched: 1 })),
            enforcements: subjects.map(({ id }) => ({
              event_id: id,
              rule_id,
              rule_version,
              waiting: { waiting_for: 'release', due_at: null },
            })),
          });
          return answer.stale ? [] : answer.created.map(({ event_id }) => event_id);
        },
      },
    },
  },
  database,
);

describeMachine<'created' | 'processed' | 'disabled', { id: number }>(
  'an enforcement',
  {
    table: enforcementTransitions,
    states: { created: 'created', processed: 'processed', disabled: 'disabled' },
    make: async (status) => makeEnforcement(database.db, { status, rule: await theRule() }),
    read: (id) =>
      readAs(sql`select f.status as place, jsonb_build_array(to_jsonb(f),
        (select jsonb_agg(to_jsonb(e)) from attune.execution e where e.enforcement = f.id)) as rows
        from attune.enforcement f where f.id = ${id}`),
    fences: {},
    verbs: {
      process: {
        moves: { created: 'processed' },
        act: async (db, subjects) => {
          const { action } = await ruleVersion(db);
          const execution = { action_id: action.id, action_version: action.version, config: { n: 1 } };
          const rows = await processEnforcements(db, eachWith(subjects, { execution }));
          return rows.map(({ enforcement_id }) => enforcement_id);
        },
      },
      disable: {
        moves: { created: 'disabled' },
        act: async (db, subjects) => {
          const reason = { code: 'throttled', detail: 'too many', config: { n: 1 } } as const;
          const rows = await disableEnforcements(db, eachWith(subjects, reason));
          return rows.map(({ enforcement_id }) => enforcement_id);
        },
      },
    },
  },
  database,
);

interface Run {
  id: number;
  attempt: number;
  hold: Hold;
}

const executionStates = {
  requested: 'requested',
  waiting: 'requested',
  delayed: 'requested',
  paused: 'requested',
  scheduled: 'scheduled',
  running: 'running',
  /** By a worker whose lease is over. */
  lost: 'running',
  parked: 'running',
  canceling: 'canceling',
  lostCanceling: 'canceling',
  completed: 'completed',
  failed: 'failed',
  timeout: 'timeout',
  cancelled: 'cancelled',
  abandoned: 'abandoned',
  settledCompleted: 'completed',
  settledFailed: 'failed',
  settledTimeout: 'timeout',
  settledCancelled: 'cancelled',
  settledAbandoned: 'abandoned',
} as const;
type ExecutionPlace = keyof typeof executionStates;

async function makeRun(place: ExecutionPlace): Promise<Run> {
  const { db } = database;
  const { ref: action_ref } = await theAction();
  const worker = await makeWorker(db);
  const status = executionStates[place];
  const { id } = await makeExecution(db, {
    status,
    action_ref,
    settled: place.startsWith('settled'),
    ...(status === 'abandoned' ? {} : { worker }),
    ...(place === 'paused' ? { waiting_for: 'pause' } : {}),
    ...(place === 'parked' ? { waiting_for: 'children' } : {}),
    ...(place === 'delayed' ? { not_before: future } : {}),
  });
  if (place === 'waiting') await deferExecutions(db, [{ id, waiting_for: 'worker' }]);
  if (place === 'lost' || place === 'lostCanceling') await leaseRunsOut('worker', worker.id);
  return { id, attempt: 1, hold: holdOf(worker) };
}

const claimsOf = (runs: readonly Run[]) => runs.map(({ id, attempt }) => ({ id, attempt }));

/** Verbs of workers are told one worker: those of the subjects, one after the other. */
async function byWorker(runs: readonly Run[], verb: (run: Run) => Promise<readonly { id: number }[]>) {
  const served = [];
  for (const run of runs) served.push(...(await idsOf(verb(run))));
  return served;
}

function finishes(status: AttemptOutcome['status'], retry?: AttemptOutcome['retry']) {
  const outcome = { status, result: { n: 1 }, error: 'why', retry };
  return {
    byWorker: (db: Db, runs: readonly Run[]) =>
      byWorker(runs, (run) => finishExecutions(db, [{ ...claimsOf([run])[0]!, ...outcome }], run.hold)),
    parked: (db: Db, runs: readonly Run[]) =>
      idsOf(
        finishParkedExecutions(
          db,
          claimsOf(runs).map((claim) => ({ ...claim, ...outcome })),
        ),
      ),
  };
}

function ends(to: ExecutionPlace) {
  return { running: to, lost: to, canceling: to, lostCanceling: to } as const;
}

const retry = { not_before: past };
const neverRan = ['requested', 'waiting', 'delayed', 'paused', 'scheduled'] as const;
const cancels = {
  ...Object.fromEntries(neverRan.map((place) => [place, 'cancelled' as const])),
  parked: 'cancelled',
  running: 'canceling',
  lost: 'lostCanceling',
} as const;
const byHolder = ['attempt', 'worker', 'incarnation'];

describeMachine<ExecutionPlace, Run>(
  'an execution',
  {
    table: executionTransitions,
    states: executionStates,
    make: makeRun,
    read: (id) =>
      readAs(sql`select case
          when e.settled_at is not null then 'settled' || initcap(e.status::text)
          when e.status in ('running', 'canceling') and w.lease_expires_at <= now()
            then case e.status when 'running' then 'lost' else 'lostCanceling' end
          when e.status = 'running' and e.worker is null then 'parked'
          when e.status <> 'requested' or e.waiting_for is null then e.status::text
          when e.waiting_for = 'pause' then 'paused'
          when e.not_before > now() then 'delayed'
          else 'waiting' end as place,
        jsonb_build_array(to_jsonb(e),
          (select jsonb_agg(to_jsonb(a) order by a.attempt) from attune.execution_attempt a where a.execution = e.id),
          (select jsonb_agg(to_jsonb(h) order by h.attempt, h.to_status) from attune.execution_history h
            where h.execution = e.id)) as rows
        from attune.execution e left join attune.worker w on w.id = e.worker where e.id = ${id}`),
    check: async (id) => {
      const { status } = await getExecution(database.db, id);
      const steps = await listExecutionHistory(database.db, id);
      const open = (await listAttempts(database.db, id)).filter(({ outcome }) => outcome === null);
      const attempts = status === 'running' || status === 'canceling' ? 1 : 0;
      expect({ last: steps.at(-1)?.to_status ?? 'requested', open: open.length }).toEqual({
        last: status,
        open: attempts,
      });
    },
    fences: {
      attempt: (run) => ({ ...run, attempt: run.attempt + 1 }),
      worker: (run) => ({ ...run, hold: { ...run.hold, workerId: run.hold.workerId + 1_000_000 } }),
      incarnation: (run) => ({ ...run, hold: { ...run.hold, incarnation: run.hold.incarnation + 1 } }),
    },
    verbs: {
      schedule: {
        moves: { requested: 'scheduled', waiting: 'scheduled' },
        act: (db, runs) => idsOf(scheduleExecutions(db, eachWith(runs, { dispatch_queue: 'dispatch.noop' }))),
      },
      defer: {
        moves: { requested: 'waiting', waiting: 'waiting' },
        repeatable: true,
        act: (db, runs) =>
          deferExecutions(db, eachWith(runs, { waiting_for: 'worker', dispatch_queue: 'dispatch.noop' })),
      },
      refuse: {
        moves: Object.fromEntries(neverRan.map((place) => [place, 'failed' as const])),
        act: (db, runs) => idsOf(refuseExecutions(db, eachWith(runs, { error: 'no runtime' }))),
      },
      pause: {
        moves: { requested: 'paused', waiting: 'paused', delayed: 'paused' },
        act: (db, runs) => pauseExecutions(db, named(runs), 'by hand'),
      },
      resume: {
        moves: { paused: 'requested' },
        act: (db, runs) => resumeExecutions(db, named(runs)),
      },
      claim: {
        moves: { scheduled: 'running' },
        fences: byHolder,
        act: (db, runs) => byWorker(runs, (run) => claimExecutions(db, claimsOf([run]), run.hold)),
      },
      startParked: {
        moves: { scheduled: 'parked' },
        fences: ['attempt'],
        act: (db, runs) =>
          idsOf(
            startParkedExecutions(
              db,
              claimsOf(runs).map((claim) => ({ ...claim, waiting_for: 'children', detail: '2 tasks' })),
            ),
          ),
      },
      park: {
        moves: { running: 'parked', lost: 'parked' },
        fences: byHolder,
        act: (db, runs) =>
          byWorker(runs, (run) =>
            parkExecutions(db, [{ ...claimsOf([run])[0]!, waiting_for: 'inquiry' }], run.hold),
          ),
      },
      complete: { moves: ends('completed'), fences: byHolder, act: finishes('completed').byWorker },
      fail: { unraced: true, moves: ends('failed'), fences: byHolder, act: finishes('failed').byWorker },
      timeOut: { unraced: true, moves: ends('timeout'), fences: byHolder, act: finishes('timeout').byWorker },
      endCancelled: {
        unraced: true,
        moves: ends('cancelled'),
        fences: byHolder,
        act: finishes('cancelled').byWorker,
      },
      retry: {
        moves: { ...ends('failed'), running: 'waiting', lost: 'waiting' },
        fences: byHolder,
        act: finishes('failed', retry).byWorker,
      },
      completeParked: {
        moves: { parked: 'completed' },
        fences: ['attempt'],
        act: finishes('completed').parked,
      },
      failParked: {
        unraced: true,
        moves: { parked: 'failed' },
        fences: ['attempt'],
        act: finishes('failed').parked,
      },
      timeOutParked: {
        unraced: true,
        moves: { parked: 'timeout' },
        fences: ['attempt'],
        act: finishes('timeout').parked,
      },
      endCancelledParked: {
        unraced: true,
        moves: { parked: 'cancelled' },
        fences: ['attempt'],
        act: finishes('cancelled').parked,
      },
      retryParked: {
        moves: { parked: 'waiting' },
        fences: ['attempt'],
        act: finishes('timeout', retry).parked,
      },
      cancel: {
        moves: cancels,
        act: (db, runs) => idsOf(requestCancels(db, named(runs), 'by hand')),
      },
      cancelOne: {
        moves: cancels,
        act: (db, runs) => oneByOne(runs, ({ id }) => requestCancel(db, id, 'by hand')),
      },
      cancelPack: {
        moves: cancels,
        act: async (db, runs) =>
          among(runs, cancelPackExecutions(db, (await theAction()).pack_ref, 'by hand')),
      },
      expire: {
        moves: Object.fromEntries(neverRan.map((place) => [place, 'timeout' as const])),
        act: async (db, runs) => {
          await db
            .updateTable('execution')
            .set({ deadline: past })
            .where('id', 'in', named(runs))
            .where('status', 'in', ['requested', 'scheduled'])
            .execute();
          return among(runs, endOverdueExecutions(db, { limit: 1_000 }));
        },
      },
      lose: {
        moves: { lost: 'abandoned', lostCanceling: 'cancelled' },
        act: (db, runs) =>
          among(runs, takeLostExecutions(db, { limit: 1_000, decideRetry: () => undefined })),
      },
      loseAndRetry: {
        unraced: true,
        moves: { lost: 'waiting', lostCanceling: 'cancelled' },
        act: (db, runs) => among(runs, takeLostExecutions(db, { limit: 1_000, decideRetry: () => retry })),
      },
      settle: {
        moves: {
          completed: 'settledCompleted',
          failed: 'settledFailed',
          timeout: 'settledTimeout',
          cancelled: 'settledCancelled',
          abandoned: 'settledAbandoned',
        },
        act: (db, runs) => idsOf(settleExecutions(db, named(runs))),
      },
    },
  },
  database,
);

describeMachine<
  'pending' | 'overdue' | 'responded' | 'timeout' | 'cancelled',
  { id: number; execution: number }
>(
  'an inquiry',
  {
    table: inquiryTransitions,
    states: {
      pending: 'pending',
      overdue: 'pending',
      responded: 'responded',
      timeout: 'timeout',
      cancelled: 'cancelled',
    },
    make: async (place) => {
      const { id: execution } = await makeExecution(database.db, { action_ref: (await theAction()).ref });
      const asked = { execution, default_response: { ok: false } };
      if (place === 'overdue') return makeInquiry(database.db, { ...asked, timeout_at: past });
      return makeInquiry(database.db, { ...asked, status: place });
    },
    read: (id) =>
      readAs(sql`select case when i.status = 'pending' and i.timeout_at <= now() then 'overdue'
        else i.status::text end as place, to_jsonb(i) as rows from attune.inquiry i where i.id = ${id}`),
    fences: {},
    verbs: {
      respond: {
        moves: { pending: 'responded' },
        act: (db, asked) => idsOf(respondInquiries(db, eachWith(asked, { response: { ok: true } }))),
      },
      respondOne: {
        moves: { pending: 'responded' },
        act: (db, asked) => oneByOne(asked, ({ id }) => respondInquiry(db, id, { response: { ok: true } })),
      },
      cancel: {
        moves: { pending: 'cancelled', overdue: 'cancelled' },
        act: (db, asked) => idsOf(cancelInquiries(db, named(asked))),
      },
      cancelOne: {
        moves: { pending: 'cancelled', overdue: 'cancelled' },
        act: (db, asked) => oneByOne(asked, ({ id }) => cancelInquiry(db, id)),
      },
      expire: {
        moves: { overdue: 'timeout' },
        act: (db, asked) => among(asked, expireInquiries(db, { limit: 1_000 })),
      },
      expireOne: {
        moves: { overdue: 'timeout' },
        act: (db, asked) => oneByOne(asked, ({ id }) => expireInquiry(db, id)),
      },
      reassign: {
        moves: { pending: 'pending', overdue: 'overdue' },
        repeatable: true,
        act: (db, asked) => oneByOne(asked, ({ id }) => reassignInquiry(db, id, { assigned_role: 'lead' })),
      },
    },
  },
  database,
);

const sensorStates = {
  /** Without an owner: never started, due, and not yet due for its restart. */
  free: 'starting',
  freeDue: 'backoff',
  freeBackoff: 'backoff',
  starting: 'starting',
  running: 'running',
  /** Its owner's lease is over. */
  lapsed: 'running',
  backoff: 'backoff',
  due: 'backoff',
  stopped: 'stopped',
  failed: 'failed',
} as const;
type SensorPlace = keyof typeof sensorStates;

interface SensorSubject {
  id: number;
  sensor: number;
  owner: Hold;
  /** Would take it over. */
  heir: Hold;
}

async function makeRunOfSensor(place: SensorPlace): Promise<SensorSubject> {
  const { db } = database;
  const [worker, heir] = [await makeWorker(db), await makeWorker(db)];
  const { id, sensor } = await makeSensorRun(db, {
    status: sensorStates[place],
    worker: place === 'free' ? null : worker,
  });
  const owner = holdOf(worker);
  if (place === 'due' || place === 'freeDue') {
    await db.updateTable('sensor_run').set({ next_restart_at: past }).where('id', '=', id).execute();
  }
  if (place === 'freeDue' || place === 'freeBackoff') await releaseSensorRuns(db, owner);
  if (place === 'lapsed') await leaseRunsOut('sensor_run', id);
  return { id, sensor, owner, heir: holdOf(heir) };
}

const underWay = ['starting', 'running', 'lapsed', 'backoff', 'due'] as const;
const toAll = (to: SensorPlace) => Object.fromEntries(underWay.map((place) => [place, to]));
const asItIs = { starting: 'starting', running: 'running', backoff: 'backoff', due: 'due' } as const;

/** Verbs of owners are told one owner: those of the subjects, one after the other. */
async function byOwner(
  runs: readonly SensorSubject[],
  verb: (run: SensorSubject) => Promise<readonly ({ id: number } | number)[]>,
) {
  const served = [];
  for (const run of runs) {
    const answer = await verb(run);
    served.push(...answer.map((row) => (typeof row === 'number' ? row : row.id)));
  }
  return served;
}

const byOwnerOnly = ['worker', 'incarnation'];
const crash = { exit_code: 1, signal: 'SIGTERM', error: 'exit code 1', stderr_excerpt: 'no such file' };

describeMachine<SensorPlace, SensorSubject>(
  'a sensor run',
  {
    table: sensorRunTransitions,
    states: sensorStates,
    make: makeRunOfSensor,
    read: (id) =>
      readAs(sql`select case
          when r.status in ('stopped', 'failed') then r.status::text
          when r.worker is null and r.status = 'starting' then 'free'
          when r.worker is null then case when r.next_restart_at <= now() then 'freeDue' else 'freeBackoff' end
          when r.status = 'running' and r.lease_expires_at <= now() then 'lapsed'
          when r.next_restart_at <= now() then 'due'
          else r.status::text end as place, to_jsonb(r) as rows
        from attune.sensor_run r where r.id = ${id}`),
    fences: {
      worker: (run) => ({ ...run, owner: run.heir, heir: nobody }),
      incarnation: ({ owner, heir, ...run }) => ({
        ...run,
        owner: { ...owner, incarnation: owner.incarnation + 1 },
        heir: { ...heir, incarnation: heir.incarnation + 1 },
      }),
    },
    verbs: {
      take: {
        moves: { free: 'starting', freeDue: 'due', freeBackoff: 'backoff', lapsed: 'due' },
        fences: byOwnerOnly,
        act: (db, runs) =>
          byOwner(runs, ({ heir, sensor }) =>
            takeSensorRuns(db, heir, { leaseMs: 60_000, limit: 10, sensors: [sensor] }),
          ),
      },
      renew: {
        moves: { ...asItIs, lapsed: 'running' },
        fences: byOwnerOnly,
        repeatable: true,
        act: (db, runs) => byOwner(runs, ({ owner }) => renewSensorRunLeases(db, owner, { leaseMs: 60_000 })),
      },
      release: {
        moves: {
          starting: 'free',
          running: 'freeDue',
          lapsed: 'freeDue',
          due: 'freeDue',
          backoff: 'freeBackoff',
        },
        fences: byOwnerOnly,
        act: (db, runs) => byOwner(runs, ({ owner }) => releaseSensorRuns(db, owner)),
      },
      started: {
        moves: { starting: 'starting' },
        fences: byOwnerOnly,
        repeatable: true,
        act: (db, runs) =>
          byOwner(runs, ({ id, owner }) => reportSensorsStarted(db, [{ id, pid: 17 }], owner)),
      },
      running: {
        moves: { starting: 'running' },
        fences: byOwnerOnly,
        act: (db, runs) => byOwner(runs, ({ id, owner }) => reportSensorsRunning(db, [id], owner)),
      },
      stopped: {
        moves: toAll('stopped'),
        fences: byOwnerOnly,
        act: (db, runs) =>
          byOwner(runs, ({ id, owner }) => reportSensorsStopped(db, [{ id, exit_code: 0 }], owner)),
      },
      crashed: {
        moves: { starting: 'backoff', running: 'backoff', lapsed: 'backoff' },
        fences: byOwnerOnly,
        act: (db, runs) =>
          byOwner(runs, ({ id, owner }) =>
            reportSensorsCrashed(
              db,
              [{ id, ...crash, consecutive_failures: 3, restart_in_ms: 60_000 }],
              owner,
            ),
          ),
      },
      failed: {
        moves: toAll('failed'),
        fences: byOwnerOnly,
        act: (db, runs) =>
          byOwner(runs, ({ id, owner }) => reportSensorsFailed(db, [{ id, ...crash }], owner)),
      },
      startDue: {
        moves: { due: 'starting' },
        fences: byOwnerOnly,
        act: (db, runs) => byOwner(runs, ({ owner }) => startDueSensorRuns(db, owner)),
      },
      checkpoint: {
        moves: { ...asItIs, lapsed: 'lapsed' },
        fences: byOwnerOnly,
        repeatable: true,
        act: (db, runs) =>
          byOwner(runs, ({ id, owner }) =>
            saveSensorCheckpoints(db, [{ id, checkpoint: { cursor: 9 } }], owner),
          ),
      },
    },
  },
  database,
);

const timerPlaces = {
  armed: 'armed',
  due: 'armed',
  /** Its rule is disabled. */
  off: 'armed',
  resting: 'resting',
  offResting: 'resting',
} as const;
type TimerPlace = keyof typeof timerPlaces;

/** Fires what is due among the timers that are meant. */
async function fire(db: Db, timers: readonly { id: number }[], next_fire_at: Date | null) {
  return inTransaction(db, async (trx) => {
    const due = (await lockDueTimers(trx, { limit: 1_000 })).filter(({ id }) => named(timers).includes(id));
    await advanceTimers(
      trx,
      due.map(({ id, next_fire_at: last_fire_at }) => ({ id, next_fire_at, last_fire_at, fires: 1 })),
    );
    return named(due).sort((a, b) => a - b);
  });
}

describeMachine<TimerPlace, { id: number; rule: number }>(
  'a timer',
  {
    table: timerTransitions,
    states: timerPlaces,
    make: async (place) => {
      const { db } = database;
      const rule = await makeRule(db, {
        trigger_ref: 'core.intervaltimer',
        action_ref: (await theAction()).ref,
      });
      const next_fire_at = { armed: future, due: past, off: past, resting: null, offResting: null }[place];
      const [timer] = await ensureTimers(db, [{ rule: rule.id, params: {}, next_fire_at }]);
      if (timerPlaces[place] !== place && place !== 'due') await updateRule(db, rule.id, { enabled: false });
      return timer!;
    },
    read: (id) =>
      readAs(sql`select case
          when not r.enabled then case when t.next_fire_at is null then 'offResting' else 'off' end
          when t.next_fire_at is null then 'resting'
          when t.next_fire_at <= now() then 'due'
          else 'armed' end as place, to_jsonb(t) as rows
        from attune.timer t join attune.rule r on r.id = t.rule where t.id = ${id}`),
    fences: {},
    verbs: {
      ensure: {
        moves: { resting: 'armed', armed: 'armed', due: 'armed', off: 'off', offResting: 'off' },
        repeatable: true,
        act: (db, timers) =>
          idsOf(
            ensureTimers(
              db,
              timers.map(({ rule }) => ({ rule, params: { n: 1 }, next_fire_at: future })),
            ),
          ),
      },
      fire: { moves: { due: 'armed' }, act: (db, timers) => fire(db, timers, future) },
      fireForTheLastTime: { moves: { due: 'resting' }, act: (db, timers) => fire(db, timers, null) },
      rest: {
        moves: { off: 'offResting' },
        repeatable: true,
        act: async (db, timers) => {
          const armed = () =>
            db
              .selectFrom('timer')
              .select('id')
              .where('id', 'in', named(timers))
              .where('next_fire_at', 'is not', null)
              .execute();
          const before = named(await armed());
          await restTimers(db);
          const after = named(await armed());
          return before.filter((id) => !after.includes(id));
        },
      },
    },
  },
  database,
);

describeMachine<'held' | 'lapsed' | 'released' | 'recovered', WorkerRow>(
  'the lease of a worker',
  {
    table: workerLeaseTransitions,
    states: { held: 'held', lapsed: 'lapsed', released: 'released', recovered: 'recovered' },
    make: async (place) => {
      const { db } = database;
      const worker = await makeWorker(db);
      if (place === 'lapsed') await leaseRunsOut('worker', worker.id);
      if (place === 'released' || place === 'recovered') await releaseWorker(db, worker);
      if (place === 'recovered') await takeLostExecutions(db, { limit: 10, decideRetry: () => undefined });
      return worker;
    },
    read: (id) =>
      readAs(sql`select case
          when w.recovered_incarnation = w.incarnation then 'recovered'
          when w.lease_expires_at is null then 'released'
          when w.lease_expires_at <= now() then 'lapsed'
          else 'held' end as place, to_jsonb(w) as rows
        from attune.worker w where w.id = ${id}`),
    fences: { incarnation: (worker) => ({ ...worker, incarnation: worker.incarnation + 1 }) },
    verbs: {
      register: {
        moves: { held: 'held', lapsed: 'held', released: 'held', recovered: 'held' },
        unraced: true,
        act: (db, workers) => oneByOne(workers, ({ name }) => registerWorker(db, { name, leaseMs: 60_000 })),
      },
      renew: {
        moves: { held: 'held', lapsed: 'held' },
        fences: ['incarnation'],
        repeatable: true,
        act: (db, workers) =>
          oneByOne(workers, (worker) => renewWorkerLease(db, { ...worker, leaseMs: 60_000 })),
      },
      release: {
        moves: { held: 'released', lapsed: 'released' },
        fences: ['incarnation'],
        act: (db, workers) => oneByOne(workers, (worker) => releaseWorker(db, worker)),
      },
      recover: {
        moves: { lapsed: 'recovered', released: 'recovered' },
        repeatable: true,
        act: async (db, workers) => {
          const before = await db
            .selectFrom('worker')
            .select('id')
            .where('id', 'in', named(workers))
            .whereRef('recovered_incarnation', '<', 'incarnation')
            .execute();
          await takeLostExecutions(db, { limit: 1_000, decideRetry: () => undefined });
          const after = await Promise.all(before.map(({ id }) => getWorker(db, id)));
          return named(after.filter((row) => row.recovered_incarnation === row.incarnation));
        },
      },
      letTimePass: {
        moves: { held: 'lapsed' },
        unraced: true,
        act: (db, workers) =>
          idsOf(
            db
              .updateTable('worker')
              .set({ lease_expires_at: past })
              .where('id', 'in', named(workers))
              .where('lease_expires_at', '>', new Date())
              .returning('id')
              .execute(),
          ),
      },
    },
  },
  database,
);
