import type { EnforcementStatus, ExecutionStatus, InquiryStatus, SensorRunStatus } from '@attune/domain';
import type { Db } from '../database.js';
import { currentEpoch } from '../definition.js';
import { disableEnforcements, processEnforcements } from '../repositories/enforcement-decision.repository.js';
import type { EnforcedExecution, EnforcementDetail } from '../repositories/enforcement.repository.js';
import { commitEvaluations, getEnforcement } from '../repositories/enforcement.repository.js';
import type { NewArtifact } from '../repositories/artifact.repository.js';
import { insertArtifact } from '../repositories/artifact.repository.js';
import type { NewEvent } from '../repositories/event.repository.js';
import { getEvent, insertEvents } from '../repositories/event.repository.js';
import { requestCancel } from '../repositories/execution-cancel.repository.js';
import type { AttemptOutcome } from '../repositories/execution-run.repository.js';
import { claimExecutions, finishExecutions } from '../repositories/execution-run.repository.js';
import { scheduleExecutions } from '../repositories/execution-scheduling.repository.js';
import { settleExecutions } from '../repositories/execution-settlement.repository.js';
import type { NewExecution } from '../repositories/execution-request.repository.js';
import { insertExecutions } from '../repositories/execution-request.repository.js';
import { parkExecutions, pauseExecutions } from '../repositories/execution-waiting.repository.js';
import { getExecution } from '../repositories/execution.repository.js';
import type { NewIdentity } from '../repositories/identity.repository.js';
import { insertIdentity } from '../repositories/identity.repository.js';
import type { NewInquiry } from '../repositories/inquiry.repository.js';
import {
  cancelInquiry,
  expireInquiry,
  getInquiry,
  insertInquiry,
  respondInquiry,
} from '../repositories/inquiry.repository.js';
import { takeLostExecutions } from '../repositories/lost-execution.repository.js';
import { loadRuleSet } from '../repositories/rule-set.repository.js';
import {
  reportSensorsCrashed,
  reportSensorsFailed,
  reportSensorsRunning,
  reportSensorsStarted,
  reportSensorsStopped,
} from '../repositories/sensor-run-report.repository.js';
import { ensureSensorRuns, getSensorRun, takeSensorRuns } from '../repositories/sensor-run.repository.js';
import type { NewWorker } from '../repositories/worker.repository.js';
import { getWorker, registerWorker, releaseWorker } from '../repositories/worker.repository.js';
import type {
  ArtifactRow,
  EventRow,
  ExecutionRow,
  IdentityRow,
  InquiryRow,
  RuleRow,
  SensorRow,
  SensorRunRow,
  WorkerRow,
} from '../schema/index.js';
import { actionRef, makeRule, makeSensor, next, triggerRef } from './definition.factory.js';

export interface ExecutionSample extends Partial<NewExecution> {
  status?: ExecutionStatus;
  /** Also settled; only with a final status. */
  settled?: boolean;
  dispatch_queue?: string;
  /** Runs it, where one is needed. */
  worker?: WorkerRow;
  result?: unknown;
  error?: string;
  /** `requested` and paused, or `running` without a worker. */
  waiting_for?: 'pause' | 'children' | 'inquiry';
}

export interface EnforcementSample {
  status?: EnforcementStatus;
  rule?: RuleRow;
  /** Of its execution. */
  config?: Record<string, unknown>;
}

export interface InquirySample extends Partial<NewInquiry> {
  status?: InquiryStatus;
}

export interface SensorRunSample {
  status?: SensorRunStatus;
  sensor?: SensorRow;
  /** Owns it; null = nobody does, which only `starting` can be. */
  worker?: WorkerRow | null;
}

/** Pending. */
export async function makeEvent(db: Db, values: Partial<NewEvent> = {}): Promise<EventRow> {
  const trigger_ref = await triggerRef(db, values.trigger_ref);
  const [event] = await insertEvents(db, [{ payload: { n: 1 }, ...values, trigger_ref }]);
  return getEvent(db, event?.id ?? 0);
}

/** Registered, with a lease of a minute and 10 slots. */
export async function makeWorker(db: Db, values: Partial<NewWorker> = {}): Promise<WorkerRow> {
  const name = values.name ?? next('worker');
  const { id } = await registerWorker(db, { leaseMs: 60_000, slots: 10, ...values, name });
  return getWorker(db, id);
}

export async function makeIdentity(db: Db, values: Partial<NewIdentity> = {}): Promise<IdentityRow> {
  return insertIdentity(db, { ...values, login: values.login ?? next('person') });
}

/** Without versions; of type `other` unless said. */
export async function makeArtifact(db: Db, values: Partial<NewArtifact> = {}): Promise<ArtifactRow> {
  return insertArtifact(db, { type: 'other', ...values, ref: values.ref ?? next('artifact') });
}

/** In the given state (default `requested`), reached by the verbs that lead there. */
export async function makeExecution(db: Db, sample: ExecutionSample = {}): Promise<ExecutionRow> {
  const { settled, dispatch_queue, worker, result, error, waiting_for, ...rest } = sample;
  const { status = 'requested', ...values } = rest;
  const action_ref = await actionRef(db, values.action_ref);
  const [row] = await insertExecutions(db, [{ ...values, action_ref }]);
  if (row === undefined) throw new Error('no execution was inserted');
  const path = { db, id: row.id, worker, queue: dispatch_queue ?? 'dispatch.noop', result, error };
  await reach[status](path);
  await wait(path, waiting_for);
  if (settled === true) await settleExecutions(db, [row.id]);
  return getExecution(db, row.id);
}

/** Of a rule of its own that matched an event; in the given state (default `created`). */
export async function makeEnforcement(db: Db, sample: EnforcementSample = {}): Promise<EnforcementDetail> {
  const { status = 'created', rule = await makeRule(db), config = { n: 1 } } = sample;
  const event = await makeEvent(db, { trigger_ref: rule.trigger_ref });
  const { rules } = await loadRuleSet(db, [rule.trigger ?? 0]);
  const { version = 0, action } = rules.find(({ id }) => id === rule.id) ?? {};
  const committed = await commitEvaluations(db, {
    epoch: await currentEpoch(db),
    evaluations: [{ event_id: event.id, matched: 1 }],
    enforcements: [
      {
        event_id: event.id,
        rule_id: rule.id,
        rule_version: version,
        waiting: { waiting_for: 'release', due_at: null },
      },
    ],
  });
  const id = committed.stale ? 0 : (committed.created[0]?.enforcement_id ?? 0);
  const execution: EnforcedExecution = {
    action_id: action?.id ?? 0,
    action_version: action?.version ?? 0,
    config,
  };
  if (status === 'processed') await processEnforcements(db, [{ id, execution }]);
  if (status === 'disabled') await disableEnforcements(db, [{ id, code: 'throttled', detail: 'too many' }]);
  return getEnforcement(db, id);
}

/** Of an execution that waits for it; in the given state (default `pending`). */
export async function makeInquiry(db: Db, sample: InquirySample = {}): Promise<InquiryRow> {
  const { status = 'pending', ...values } = sample;
  const execution =
    values.execution ?? (await makeExecution(db, { status: 'running', waiting_for: 'inquiry' })).id;
  const over = status === 'timeout' ? { timeout_at: new Date(0) } : {};
  const { id } = await insertInquiry(db, { prompt: 'Go on?', ...over, ...values, execution });
  if (status === 'responded') await respondInquiry(db, id, { response: { ok: true } });
  if (status === 'cancelled') await cancelInquiry(db, id);
  if (status === 'timeout') await expireInquiry(db, id);
  return getInquiry(db, id);
}

/** The first partition of its sensor, owned by a sensor service; in the given state (default `starting`). */
export async function makeSensorRun(db: Db, sample: SensorRunSample = {}): Promise<SensorRunRow> {
  const { status = 'starting', sensor = await makeSensor(db) } = sample;
  const [run] = await ensureSensorRuns(db, [sensor.id]);
  const id = run?.id ?? 0;
  if (sample.worker === null) return getSensorRun(db, id);
  const owner = holdOf(sample.worker ?? (await makeWorker(db, { worker_role: 'sensor' })));
  await takeSensorRuns(db, owner, { leaseMs: 60_000, limit: 1, sensors: [sensor.id] });
  if (status === 'running') {
    await reportSensorsStarted(db, [{ id, pid: 17 }], owner);
    await reportSensorsRunning(db, [id], owner);
  }
  const error = 'exit code 1';
  if (status === 'stopped') await reportSensorsStopped(db, [{ id, exit_code: 0 }], owner);
  if (status === 'failed') await reportSensorsFailed(db, [{ id, error }], owner);
  if (status === 'backoff') {
    await reportSensorsCrashed(
      db,
      [{ id, exit_code: 1, error, consecutive_failures: 1, restart_in_ms: 60_000 }],
      owner,
    );
  }
  return getSensorRun(db, id);
}

interface Path {
  db: Db;
  id: number;
  worker: WorkerRow | undefined;
  queue: string;
  result: unknown;
  error: string | undefined;
}

const reach: Record<ExecutionStatus, (path: Path) => Promise<void>> = {
  requested: async () => undefined,
  scheduled: async ({ db, id, queue }) => {
    await scheduleExecutions(db, [{ id, dispatch_queue: queue }]);
  },
  running: async (path) => {
    await run(path);
  },
  canceling: async (path) => {
    await run(path);
    await requestCancel(path.db, path.id);
  },
  completed: (path) => finish(path, 'completed'),
  failed: (path) => finish(path, 'failed'),
  timeout: (path) => finish(path, 'timeout'),
  cancelled: async ({ db, id }) => {
    await requestCancel(db, id);
  },
  abandoned: async (path) => {
    const worker = await makeWorker(path.db);
    await run({ ...path, worker });
    await releaseWorker(path.db, worker);
    await takeLostExecutions(path.db, { limit: 1_000, decideRetry: () => undefined });
  },
};

async function wait(path: Path, waiting_for: ExecutionSample['waiting_for']): Promise<void> {
  if (waiting_for === undefined) return;
  if (waiting_for === 'pause') {
    await pauseExecutions(path.db, [path.id]);
    return;
  }
  const { attempt, worker, incarnation } = await getExecution(path.db, path.id);
  const hold = { workerId: worker ?? 0, incarnation: incarnation ?? 0 };
  await parkExecutions(path.db, [{ id: path.id, attempt, waiting_for }], hold);
}

async function run(path: Path): Promise<WorkerRow> {
  const worker = path.worker ?? (await makeWorker(path.db));
  await reach.scheduled(path);
  const { attempt } = await getExecution(path.db, path.id);
  await claimExecutions(path.db, [{ id: path.id, attempt }], holdOf(worker));
  return worker;
}

async function finish(path: Path, status: AttemptOutcome['status']): Promise<void> {
  const worker = await run(path);
  const { attempt } = await getExecution(path.db, path.id);
  const { id, result, error } = path;
  await finishExecutions(path.db, [{ id, attempt, status, result, error }], holdOf(worker));
}

function holdOf(worker: WorkerRow): { workerId: number; incarnation: number } {
  return { workerId: worker.id, incarnation: worker.incarnation };
}
