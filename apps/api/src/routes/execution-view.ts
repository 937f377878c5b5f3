import type { ExecutionDetail, ExecutionStep, ExecutionSummary, SecretBox } from '@attune/db';
import type { ExecutionResult } from '@attune/domain';
import { withoutSecrets } from '../definitions/without-secrets.js';
import { showSecrets } from '../secrets/shown-secrets.js';

/** An execution as lists show it: without parameters and result. */
export function showExecutionSummary(row: ExecutionSummary) {
  const { id, action_ref, status, attempt, error, rule_ref, trigger_ref, enforcement } = row;
  const { cause_event, parent, root, executor, worker, timeout_seconds, original_execution } = row;
  return {
    id,
    action_ref,
    status,
    attempt,
    error,
    waiting_for: waitingOf(row),
    rule_ref,
    trigger_ref,
    enforcement,
    cause_event,
    parent,
    root,
    workflow_task: taskOf(row),
    executor,
    worker,
    timeout_seconds,
    original_execution,
    permission_set_refs: row.permission_set_refs,
    priority: row.priority,
    worker_selector: row.worker_selector,
    worker_tolerations: row.worker_tolerations,
    worker_affinity: row.worker_affinity,
    not_before: instant(row.not_before),
    start_deadline: instant(row.start_deadline),
    deadline: instant(row.deadline),
    ...timesOf(row),
  };
}

/** `paramSchema` is that of the version it runs; values it declares secret are not shown. */
export function showExecution(row: ExecutionDetail, paramSchema: unknown) {
  return {
    ...showExecutionSummary(row),
    config: withoutSecrets(paramSchema, row.config),
    result: row.result as (ExecutionResult & Record<string, unknown>) | null,
  };
}

/** With everything that is secret, but the values of keys. */
export function showExecutionSecrets(secrets: SecretBox, row: ExecutionDetail) {
  const config = showSecrets(secrets, row.config);
  return { ...showExecution(row, undefined), config, env_vars: row.env_vars ?? {} };
}

/** Every state it was in, from the first: that one is told by the execution itself. */
export function showHistory(row: ExecutionDetail, steps: readonly ExecutionStep[]) {
  const first = { status: 'requested' as const, previous_status: null, worker: null, detail: null };
  return [
    { ...first, attempt: 1, created: row.created.toISOString() },
    ...steps.map(({ to_status, from_status, attempt, worker, detail, at }) => ({
      status: to_status,
      previous_status: from_status,
      attempt,
      worker,
      detail,
      created: at.toISOString(),
    })),
  ];
}

function waitingOf({ waiting_for: kind, waiting_detail: detail, waiting_since: since }: ExecutionSummary) {
  return kind === null ? null : { kind, detail, since: instant(since) };
}

function taskOf(row: ExecutionSummary) {
  const { workflow_task_name: task_name, workflow_task_index: task_index } = row;
  if (task_name === null) return null;
  return { task_name, task_index, iteration: row.workflow_task_iteration };
}

function timesOf(row: ExecutionSummary) {
  return {
    created: row.created.toISOString(),
    updated: row.updated.toISOString(),
    scheduled_at: instant(row.scheduled_at),
    started_at: instant(row.started_at),
    finished_at: instant(row.finished_at),
    settled_at: instant(row.settled_at),
  };
}

function instant(at: Date | null): string | null {
  return at?.toISOString() ?? null;
}
