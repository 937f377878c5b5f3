import type { Routes } from '@attune/contract';
import type {
  TracedEnforcement,
  TracedEvent,
  TracedExecution,
  TracedKind,
  TracedRows,
  TraceStep,
} from '@attune/db';
import { timerTriggers } from '@attune/domain';
import type { Answer } from '../http/call.js';

export type TraceNode = Answer<Routes['traces']['ofExecution']>['nodes'][number];

const blank = {
  hidden: true,
  id: null,
  ref: null,
  status: null,
  source: null,
  reason: null,
  clauses: null,
  attempt: null,
  workflow_task: null,
  original_execution: null,
  created: null,
  decided_at: null,
  scheduled_at: null,
  started_at: null,
  finished_at: null,
};

type Content = Omit<TraceNode, 'node' | 'cause' | 'place' | 'kind'>;

/** What is shown of a step; of one without a row only that there is one. */
export function contentOf(rows: TracedRows): (step: TraceStep) => Content {
  const events = byId(rows.events);
  const enforcements = byId(rows.enforcements);
  const executions = byId(rows.executions);
  const shown: Record<TracedKind, (step: TraceStep) => Content | undefined> = {
    event: ({ id, cause_kind }) => mapped(events.get(id), (row) => showEvent(row, cause_kind !== null)),
    enforcement: ({ id }) => mapped(enforcements.get(id), showEnforcement),
    execution: ({ id }) => mapped(executions.get(id), showExecution),
  };
  return (step) => shown[step.kind](step) ?? blank;
}

function showEvent(row: TracedEvent, isCaused: boolean): Content {
  return {
    ...blank,
    hidden: false,
    id: row.id,
    ref: row.trigger_ref,
    status: row.status,
    source: sourceOf(row, isCaused),
    created: row.created.toISOString(),
    decided_at: instant(row.evaluated_at),
  };
}

function sourceOf(
  { source_ref, delivery, trigger_ref, rule_ref }: TracedEvent,
  isCaused: boolean,
): Content['source'] {
  if (isCaused) return { kind: 'execution', ref: null, delivery: null };
  if (delivery !== null) return { kind: 'webhook', ref: null, delivery };
  const isTimer = (timerTriggers as readonly string[]).includes(trigger_ref) && rule_ref !== null;
  if (isTimer) return { kind: 'timer', ref: rule_ref, delivery: null };
  return { kind: source_ref === null ? 'api' : 'sensor', ref: source_ref, delivery: null };
}

function showEnforcement(row: TracedEnforcement): Content {
  const { reason_code: code, reason_detail: detail } = row;
  return {
    ...blank,
    hidden: false,
    id: row.id,
    ref: row.rule_ref,
    status: row.status,
    reason: code === null ? null : { code, detail },
    created: row.created.toISOString(),
    decided_at: instant(row.resolved_at),
  };
}

function showExecution(row: TracedExecution): Content {
  return {
    ...blank,
    hidden: false,
    id: row.id,
    ref: row.action_ref,
    status: row.status,
    attempt: row.attempt,
    workflow_task: row.workflow_task_name,
    original_execution: row.original_execution,
    created: row.created.toISOString(),
    scheduled_at: instant(row.scheduled_at),
    started_at: instant(row.started_at),
    finished_at: instant(row.finished_at),
  };
}

function byId<Row extends { id: number }>(rows: readonly Row[]): ReadonlyMap<number, Row> {
  return new Map(rows.map((row) => [row.id, row]));
}

function mapped<Row>(row: Row | undefined, show: (row: Row) => Content): Content | undefined {
  return row && show(row);
}

function instant(at: Date | null): string | null {
  return at?.toISOString() ?? null;
}
