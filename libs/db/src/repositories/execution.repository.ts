import type { ExecutionStatus, Retry } from '@attune/domain';
import type { Db } from '../database.js';
import type { Page, PageRequest } from '../page.js';
import type {
  ActionRow,
  ExecutionAttemptRow,
  ExecutionHistoryRow,
  ExecutionLogRow,
  ExecutionRow,
} from '../schema/index.js';

export interface NewExecution {
  /** Its id and present version are looked up by the insert. */
  action_ref: string;
  config?: Record<string, unknown> | null | undefined;
  env_vars?: Record<string, string> | null | undefined;
  /** Identity on whose behalf. */
  executor?: number | null | undefined;
  permission_set_refs?: readonly string[] | undefined;
  /** A second insert with the same key gives the row of the first. */
  idempotency_key?: string | undefined;
  priority?: number | undefined;
  timeout_seconds?: number | null | undefined;
  retry?: Retry | null | undefined;
  not_before?: Date | null | undefined;
  parent?: number | undefined;
  original_execution?: number | undefined;
  worker_selector?: Record<string, unknown> | null | undefined;
  worker_tolerations?: readonly unknown[] | null | undefined;
  worker_affinity?: Record<string, unknown> | null | undefined;
  workflow_task_name?: string | undefined;
  workflow_task_index?: number | undefined;
  workflow_task_iteration?: number | undefined;
}

/** Never with config, env_vars or result. */
export type ExecutionSummary = Omit<ExecutionRow, 'config' | 'env_vars' | 'result'> & {
  rule_ref: string | null;
  trigger_ref: string | null;
};

export type ExecutionDetail = ExecutionRow & { rule_ref: string | null; trigger_ref: string | null };

export interface ExecutionFilter {
  status?: ExecutionStatus | readonly ExecutionStatus[] | undefined;
  /** `*` is a wildcard, here and in the other refs. */
  action_ref?: string | undefined;
  rule_ref?: string | undefined;
  trigger_ref?: string | undefined;
  enforcement?: number | undefined;
  executor?: number | undefined;
  parent?: number | undefined;
  root?: number | undefined;
  top_level_only?: boolean | undefined;
  created_after?: Date | undefined;
  created_before?: Date | undefined;
}

/** What the scheduler decides by; see getExecutionsToSchedule. */
export interface ExecutionToSchedule {
  id: number;
  attempt: number;
  action_ref: string;
  /** Content of the action's version: runtime_ref, placement, policies' parameters. */
  action_snapshot: ActionSnapshot;
  config: Record<string, unknown> | null;
  priority: number;
  not_before: Date | null;
  worker_selector: Record<string, unknown> | null;
  worker_tolerations: unknown[] | null;
  worker_affinity: Record<string, unknown> | null;
}

/** The action as it was when the execution was requested: the columns of ActionRow without id and times. */
export type ActionSnapshot = Readonly<Omit<ActionRow, 'id' | 'created' | 'updated' | 'pack' | 'runtime'>>;

/** A worker process, as claims and results name it. */
export interface WorkerHold {
  workerId: number;
  incarnation: number;
}

export interface ClaimedExecution {
  id: number;
  attempt: number;
  action_ref: string;
  pack_ref: string;
  action_version: number;
  action_snapshot: ActionSnapshot;
  config: Record<string, unknown> | null;
  env_vars: Record<string, string> | null;
  permission_set_refs: string[];
  executor: number | null;
  cause_event: number | null;
  enforcement: number | null;
  parent: number | null;
  root: number;
  /** Of the execution, else of the action. */
  timeout_seconds: number | null;
  retry: Retry | null;
  started_at: Date;
}

/** How an attempt ended, as its worker reports it. */
export interface AttemptOutcome {
  id: number;
  attempt: number;
  status: Extract<ExecutionStatus, 'completed' | 'failed' | 'timeout' | 'cancelled'>;
  result?: unknown;
  error?: string | null | undefined;
  /** Another attempt follows: the execution goes back to `requested`. Ignored while it is being cancelled. */
  retry?: { not_before: Date } | undefined;
}

export interface FinishedExecution {
  id: number;
  /** The attempt that ended. */
  attempt: number;
  /** `requested` = another attempt follows. */
  status: ExecutionStatus;
}

export interface SettledExecution {
  id: number;
  attempt: number;
  status: ExecutionStatus;
  action_ref: string;
  parent: number | null;
  root: number;
  cause_event: number | null;
}

export interface LostExecution {
  id: number;
  attempt: number;
  status: 'running' | 'canceling';
  worker: number;
  retry: Retry | null;
}

export interface LogChunk {
  execution_id: number;
  attempt: number;
  /** From 1, over all streams of the attempt. */
  sequence: number;
  stream: ExecutionLogRow['stream'];
  content: string;
  truncated?: boolean | undefined;
}

/** requested; the top of a tree when it has no parent. In input order, one statement. */
export declare function insertExecutions(
  db: Db,
  executions: readonly NewExecution[],
): Promise<ExecutionRow[]>;
export declare function findExecution(db: Db, id: number): Promise<ExecutionDetail | undefined>;
export declare function getExecution(db: Db, id: number): Promise<ExecutionDetail>;
/** Newest first; children (`parent` given) oldest first. */
export declare function listExecutions(
  db: Db,
  filter: ExecutionFilter,
  page: PageRequest,
): Promise<Page<ExecutionSummary>>;
export declare function listAttempts(db: Db, executionId: number): Promise<ExecutionAttemptRow[]>;
export declare function listExecutionHistory(db: Db, executionId: number): Promise<ExecutionHistoryRow[]>;
/** Those of the given executions that are `requested` and due. In id order. */
export declare function loadRequestedExecutions(
  db: Db,
  ids: readonly number[],
): Promise<ExecutionToSchedule[]>;
/** requested → scheduled. Losers and those not due yet are absent from the result. */
export declare function scheduleExecutions(
  db: Db,
  plans: readonly { id: number; dispatch_queue: string }[],
): Promise<{ id: number; attempt: number; dispatch_queue: string }[]>;
/** Still requested: says what they wait for. */
export declare function deferExecutions(
  db: Db,
  waits: readonly { id: number; waiting_for: NonNullable<ExecutionRow['waiting_for']>; detail?: string }[],
): Promise<number[]>;
/** requested → failed, for what can never be scheduled. Returns the ids that won. */
export declare function refuseExecutions(
  db: Db,
  refusals: readonly { id: number; error: string }[],
): Promise<{ id: number; attempt: number }[]>;
/** scheduled → running; fenced by attempt, by the worker's incarnation and its lease. */
export declare function claimExecutions(
  db: Db,
  claims: readonly { id: number; attempt: number }[],
  worker: WorkerHold,
): Promise<ClaimedExecution[]>;
/** running|canceling → final, or requested (attempt + 1); fenced by attempt, worker and incarnation. */
export declare function finishExecutions(
  db: Db,
  outcomes: readonly AttemptOutcome[],
  worker: WorkerHold,
): Promise<FinishedExecution[]>;
/** final → settled, once. */
export declare function settleExecutions(db: Db, ids: readonly number[]): Promise<SettledExecution[]>;
/** requested|scheduled → cancelled, running → canceling. undefined when it is past that. */
export declare function requestCancel(
  db: Db,
  id: number,
  detail?: string,
): Promise<{ id: number; status: 'cancelled' | 'canceling'; attempt: number } | undefined>;

export interface SweepRequest {
  olderThanMs: number;
  limit: number;
}
/*
 * Sweeps: rows whose next step was announced longer ago than `olderThanMs` and has not happened. Each find
 * doubles the time until the row is found again. Rows that another process is sweeping are passed over.
 */
export declare function takeOverduePendingEvents(db: Db, sweep: SweepRequest): Promise<{ id: number }[]>;
export declare function takeOverdueRequested(db: Db, sweep: SweepRequest): Promise<{ id: number }[]>;
export declare function takeOverdueScheduled(
  db: Db,
  sweep: SweepRequest,
): Promise<{ id: number; attempt: number; dispatch_queue: string }[]>;
export declare function takeOverdueUnsettled(
  db: Db,
  sweep: SweepRequest,
): Promise<{ id: number; attempt: number }[]>;
/** Canceling rows whose worker may not have heard of it. */
export declare function takeOverdueCanceling(
  db: Db,
  sweep: SweepRequest,
): Promise<{ id: number; attempt: number }[]>;
/**
 * Running and canceling executions of workers whose lease is over, or that have started anew, end here:
 * canceling → cancelled, running → requested (attempt + 1) when `decideRetry` names a time, else abandoned.
 * From then on the lost worker can neither finish them nor claim.
 */
export declare function takeLostExecutions(
  db: Db,
  sweep: { limit: number; decideRetry: (lost: LostExecution) => { not_before: Date } | undefined },
): Promise<FinishedExecution[]>;

/** Idempotent by (execution, attempt, sequence). */
export declare function appendLogChunks(db: Db, chunks: readonly LogChunk[]): Promise<void>;
/** In order of attempt and sequence; `after` is the last chunk seen. */
export declare function listLogChunks(
  db: Db,
  executionId: number,
  options: { after?: { attempt: number; sequence: number } | undefined; limit: number },
): Promise<ExecutionLogRow[]>;
