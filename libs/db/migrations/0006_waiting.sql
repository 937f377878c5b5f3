-- What executions wait for: people, tasks, slots.

create table attune.inquiry (
  id bigint generated always as identity primary key,
  execution bigint not null references attune.execution on delete cascade,
  prompt text not null,
  response_schema jsonb,
  assigned_to bigint references attune.identity on delete set null,
  assigned_role text,
  status attune.inquiry_status_enum not null default 'pending',
  response jsonb,
  default_response jsonb,
  timeout_at timestamptz,
  responded_at timestamptz,
  responded_by bigint references attune.identity on delete set null,
  resolved_at timestamptz,
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  constraint inquiry_execution_key unique (execution),
  constraint inquiry_responded_at_state check ((status = 'responded') = (responded_at is not null)),
  constraint inquiry_resolved_at_state check ((status = 'pending') = (resolved_at is null))
);
create index inquiry_pending_idx on attune.inquiry (timeout_at) where status = 'pending';
create index inquiry_assigned_to_idx on attune.inquiry (assigned_to, created) where assigned_to is not null;
create index inquiry_created_idx on attune.inquiry (created);

create table attune.workflow_run (
  execution bigint primary key references attune.execution on delete cascade,
  action_version bigint not null,
  state jsonb not null default '{}',
  variables jsonb not null default '{}',
  paused boolean not null default false,
  pause_reason text,
  error text,
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  constraint workflow_run_pause_reason_state check (paused or pause_reason is null)
) with (fillfactor = 70);

create table attune.admission (
  policy bigint not null references attune.policy on delete cascade,
  execution bigint not null references attune.execution on delete cascade,
  queue_order bigint generated always as identity,
  enqueued_at timestamptz not null default now(),
  activated_at timestamptz,
  status text collate "C" not null,
  group_key text collate "C" not null default '',
  constraint admission_pkey primary key (policy, group_key, execution),
  constraint admission_status_known check (status in ('active', 'queued')),
  constraint admission_activated_at_state check ((status = 'active') = (activated_at is not null))
);
create index admission_queue_idx on attune.admission (policy, group_key, status, queue_order);
create index admission_execution_idx on attune.admission (execution);
