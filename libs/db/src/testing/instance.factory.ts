import type { ExecutionStatus } from '@attune/domain';
import type { Db } from '../database.js';
import type { NewArtifact } from '../repositories/artifact.repository.js';
import { insertArtifact } from '../repositories/artifact.repository.js';
import type { NewEvent } from '../repositories/event.repository.js';
import { getEvent, insertEvents } from '../repositories/event.repository.js';
import type { AttemptOutcome } from '../repositories/execution-run.repository.js';
import { claimExecutions, finishExecutions } from '../repositories/execution-run.repository.js';
import { scheduleExecutions } from '../repositories/execution-scheduling.repository.js';
import { requestCancel, settleExecutions } from '../repositories/execution-settlement.repository.js';
import type { NewExecution } from '../repositories/execution-request.repository.js';
import { insertExecutions } from '../repositories/execution-request.repository.js';
import { getExecution } from '../repositories/execution.repository.js';
import type { NewIdentity } from '../repositories/identity.repository.js';
import { insertIdentity } from '../repositories/identity.repository.js';
import { takeLostExecutions } from '../repositories/lost-execution.repository.js';
import type { NewWorker } from '../repositories/worker.repository.js';
import { getWorker, registerWorker, releaseWorker } from '../repositories/worker.repository.js';
import type { ArtifactRow, EventRow, ExecutionRow, IdentityRow, WorkerRow } from '../schema/index.js';
import { actionRef, next, triggerRef } from './definition.factory.js';

export interface ExecutionSample extends Partial<NewExecution> {
  status?: ExecutionStatus;
  /** Also settled; only with a final status. */
  settled?: boolean;
  dispatch_queue?: string;
  /** Runs it, where one is needed. */
  worker?: WorkerRow;
  result?: unknown;
  error?: string;
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
  const { status = 'requested', settled, dispatch_queue, worker, result, error, ...values } = sample;
  const action_ref = await actionRef(db, values.action_ref);
  const [row] = await insertExecutions(db, [{ ...values, action_ref }]);
  if (row === undefined) throw new Error('no execution was inserted');
  const path = { db, id: row.id, worker, queue: dispatch_queue ?? 'dispatch.noop', result, error };
  await reach[status](path);
  if (settled === true) await settleExecutions(db, [row.id]);
  return getExecution(db, row.id);
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
