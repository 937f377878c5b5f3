export const statements = {
  /** What `GET /api/v1/executions` shows, with the enforcement that caused each execution. */
  listExecutions: `select e.id, e.action_ref, e.status, e.attempt, e.error, e.waiting_for, e.waiting_detail,
  e.waiting_since, f.rule_ref, f.trigger_ref, e.enforcement, e.cause_event, e.parent, e.root, e.workflow_task_name,
  e.workflow_task_index, e.workflow_task_iteration, e.executor, e.worker, e.timeout_seconds, e.original_execution,
  e.permission_set_refs, e.priority, e.worker_selector, e.worker_tolerations, e.worker_affinity, e.not_before,
  e.created, e.updated, e.scheduled_at, e.started_at, e.finished_at, e.settled_at
from attune.execution e
left join attune.enforcement f on f.id = e.enforcement
where e.id < $1::bigint
order by e.id desc
limit $2`,

  insertEvent: `insert into attune.event (trigger, trigger_ref, trigger_version, payload, config)
values ($1::bigint, $2, $3::bigint, $4::jsonb, $5::jsonb)
returning id`,

  insertEvents: `insert into attune.event (trigger, trigger_ref, trigger_version, payload)
select $1::bigint, $2, $3::bigint, payload from unnest($4::jsonb[]) as i(payload)
returning id`,
} as const;
