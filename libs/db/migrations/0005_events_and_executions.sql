-- The hot path. What rules here:
--
-- * No foreign keys and no row triggers. Each would run once per row and lock the definition's row; the
--   statements that insert join the definitions they name, so nothing dangles at its birth. Afterwards ids
--   may outlive their target: they are never used again, and the *_ref beside them stays readable.
-- * An update that changes no indexed column, predicates of partial indexes included, stays within its page
--   (HOT) and writes no index entries. So no index here knows `status`, `worker` or a time that moves with
--   them. What is unfinished is found by `announced_at`, which an execution keeps from its request to its
--   settlement. fillfactor leaves room for the versions of a row's life.
-- * Columns that a transition writes lie together: WAL then holds that stretch and not the whole row.
-- * Lists are in the order of ids, which are drawn by the statement that stamps `created`: the order of age
--   needs no index of its own. Periods are found by block ranges (BRIN), which cost next to nothing.

create table attune.event (
  id bigint generated always as identity primary key,
  created timestamptz not null default now(),
  trigger bigint not null,
  trigger_version bigint,
  source bigint,
  rule bigint,
  evaluated_at timestamptz,
  announced_at timestamptz default now(),
  announcements integer not null default 0,
  status attune.event_status_enum not null default 'pending',
  matched integer,
  trigger_ref text collate "C" not null,
  source_ref text collate "C",
  rule_ref text collate "C",
  payload jsonb,
  config jsonb,
  constraint event_evaluated_at_state check ((status = 'evaluated') = (evaluated_at is not null)),
  constraint event_matched_state check ((evaluated_at is null) = (matched is null)),
  constraint event_announced_at_state check ((evaluated_at is null) = (announced_at is not null))
) with (fillfactor = 45);
create index event_created_idx on attune.event using brin (created) with (autosummarize = on);
create index event_trigger_ref_idx on attune.event (trigger_ref, id);
-- Sweep: pending events.
create index event_announced_at_idx on attune.event (announced_at) where announced_at is not null;

create table attune.event_key (
  owner bigint not null,
  event bigint not null,
  created timestamptz not null default now(),
  expires_at timestamptz,
  kind text collate "C" not null,
  key text collate "C" not null,
  constraint event_key_pkey primary key (kind, owner, key),
  constraint event_key_kind_known check (kind in ('trigger', 'rule')),
  -- Longer keys would not fit into the index.
  constraint event_key_key_length check (octet_length(key) between 1 and 1024)
);
create index event_key_created_idx on attune.event_key using brin (created) with (autosummarize = on);

create table attune.enforcement (
  id bigint generated always as identity primary key,
  created timestamptz not null default now(),
  event bigint not null,
  rule bigint not null,
  rule_version bigint,
  -- Named by the row that can exist once only, so there is one. Written together with it.
  execution bigint,
  resolved_at timestamptz,
  status attune.enforcement_status_enum not null default 'created',
  condition attune.enforcement_condition_enum not null default 'all',
  rule_ref text collate "C" not null,
  trigger_ref text collate "C" not null,
  reason_code text collate "C",
  reason_detail text,
  config jsonb,
  -- A rule and an event give at most one enforcement.
  constraint enforcement_event_rule_key unique (event, rule),
  constraint enforcement_resolved_at_state check ((status = 'created') = (resolved_at is null)),
  constraint enforcement_reason_code_state check ((status = 'disabled') = (reason_code is not null)),
  constraint enforcement_execution_state check ((status = 'processed') = (execution is not null))
);
create index enforcement_created_idx on attune.enforcement using brin (created) with (autosummarize = on);
create index enforcement_rule_ref_idx on attune.enforcement (rule_ref, id);

create table attune.execution (
  id bigint generated always as identity primary key,
  created timestamptz not null default now(),
  action bigint not null,
  action_version bigint not null,
  enforcement bigint,
  cause_event bigint,
  root bigint not null,
  parent bigint references attune.execution on delete cascade,
  original_execution bigint,
  executor bigint,
  timeout_seconds integer,
  priority integer not null default 0,
  depth integer not null default 0,
  artifact_retention_policy attune.artifact_retention_enum,
  artifact_retention_limit integer,
  workflow_task_index integer,
  workflow_task_iteration integer,
  -- what transitions write, from here …
  announcements integer not null default 0,
  attempt integer not null default 1,
  not_before timestamptz,
  waiting_since timestamptz,
  status attune.execution_status_enum not null default 'requested',
  incarnation integer,
  worker bigint,
  scheduled_at timestamptz,
  started_at timestamptz,
  updated timestamptz not null default now(),
  finished_at timestamptz,
  settled_at timestamptz,
  announced_at timestamptz default now(),
  dispatch_queue text collate "C",
  waiting_for text collate "C",
  waiting_detail text,
  waiting_queue text collate "C",
  error text,
  result jsonb,
  -- … to here
  action_ref text collate "C" not null,
  idempotency_key text collate "C",
  workflow_task_name text collate "C",
  permission_set_refs text[] not null default '{}',
  config jsonb,
  env_vars jsonb,
  retry jsonb,
  worker_selector jsonb,
  worker_tolerations jsonb,
  worker_affinity jsonb,
  constraint execution_attempt_positive check (attempt >= 1),
  constraint execution_depth_range check (depth between 0 and 1000),
  constraint execution_parent_state check ((parent is null) = (depth = 0) and (parent is not null or root = id)),
  constraint execution_enforcement_state check (enforcement is null or parent is null),
  constraint execution_timeout_seconds_positive check (timeout_seconds > 0),
  constraint execution_artifact_retention_limit_positive check (artifact_retention_limit > 0),
  constraint execution_idempotency_key_length check (octet_length(idempotency_key) between 1 and 1024),
  constraint execution_workflow_task_name_state check (workflow_task_name is null or parent is not null),
  constraint execution_not_before_state check (not_before is null or status = 'requested'),
  constraint execution_waiting_since_state check ((waiting_for is null) = (waiting_since is null)),
  constraint execution_waiting_queue_state check (waiting_queue is null or waiting_for = 'worker'),
  constraint execution_incarnation_state check ((worker is null) = (incarnation is null)),
  constraint execution_dispatch_queue_state
    check (status <> 'scheduled' or (dispatch_queue is not null and scheduled_at is not null)),
  -- Running without a worker is waiting: a workflow for its tasks, a question for its answer.
  constraint execution_started_at_state
    check (status not in ('running', 'canceling')
      or (started_at is not null and (worker is not null or waiting_for is not null))),
  constraint execution_finished_at_state
    check ((status in ('completed', 'failed', 'cancelled', 'timeout', 'abandoned')) = (finished_at is not null)),
  constraint execution_settled_at_state check (settled_at is null or finished_at is not null),
  constraint execution_announced_at_state check ((settled_at is null) = (announced_at is not null))
) with (fillfactor = 40);
create index execution_created_idx on attune.execution using brin (created) with (autosummarize = on);
create index execution_action_ref_idx on attune.execution (action_ref, id);
-- Everything that is not settled: sweeps, lost workers, doctor.
create index execution_announced_at_idx on attune.execution (announced_at) where announced_at is not null;
-- Delays: cleared by the schedule or by the sweep that finds them due.
create index execution_not_before_idx on attune.execution (not_before) where not_before is not null;
-- Waiting for a worker that serves the queue; NULL for all others, so that steps leave it alone.
create index execution_waiting_queue_idx on attune.execution (waiting_queue, id) where waiting_queue is not null;
create unique index execution_idempotency_key_key on attune.execution (idempotency_key)
  where idempotency_key is not null;
create index execution_root_idx on attune.execution (root, id) where parent is not null;
create index execution_parent_idx on attune.execution (parent, id) where parent is not null;
create unique index execution_workflow_task_key on attune.execution
  (parent, workflow_task_name, coalesce(workflow_task_index, -1), coalesce(workflow_task_iteration, 0))
  where workflow_task_name is not null;

create table attune.execution_attempt (
  execution bigint not null,
  started_at timestamptz not null default now(),
  worker bigint,
  attempt integer not null,
  incarnation integer,
  finished_at timestamptz,
  outcome attune.execution_status_enum,
  error text,
  -- An attempt is started at most once.
  constraint execution_attempt_pkey primary key (execution, attempt),
  constraint execution_attempt_attempt_positive check (attempt >= 1),
  constraint execution_attempt_outcome_state check ((finished_at is null) = (outcome is null)),
  constraint execution_attempt_outcome_known
    check (outcome in ('completed', 'failed', 'timeout', 'cancelled', 'abandoned'))
) with (fillfactor = 40);

-- Transitions that execution_attempt does not record: into scheduled and canceling, and the end of what never
-- ran. The state before is that of the step before; the first state is as old as the execution.
create table attune.execution_history (
  execution bigint not null,
  at timestamptz not null default now(),
  attempt integer not null,
  to_status attune.execution_status_enum not null,
  detail text
);
create index execution_history_execution_idx on attune.execution_history (execution);

create table attune.execution_log (
  execution bigint not null,
  at timestamptz not null default now(),
  attempt integer not null,
  sequence integer not null,
  truncated boolean not null default false,
  stream text collate "C" not null,
  content text not null,
  constraint execution_log_pkey primary key (execution, attempt, sequence),
  constraint execution_log_attempt_positive check (attempt >= 1),
  constraint execution_log_sequence_positive check (sequence >= 1),
  constraint execution_log_stream_known check (stream in ('stdout', 'stderr', 'system'))
);
