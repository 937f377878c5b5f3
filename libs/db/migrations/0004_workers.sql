create table attune.worker (
  id bigint generated always as identity primary key,
  name text not null,
  worker_type attune.worker_type_enum not null default 'local',
  worker_role attune.worker_role_enum not null default 'action',
  status attune.worker_status_enum not null default 'active',
  runtime bigint references attune.runtime on delete set null,
  host text,
  port integer,
  slots integer not null default 1,
  capabilities jsonb not null default '{}',
  meta jsonb not null default '{}',
  incarnation integer not null default 1,
  recovered_incarnation integer not null default 0,
  lease_expires_at timestamptz,
  last_heartbeat timestamptz,
  registered_at timestamptz not null default now(),
  cordoned boolean not null default false,
  cordon_reason text,
  cordoned_by bigint references attune.identity on delete set null,
  cordoned_at timestamptz,
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  constraint worker_name_key unique (name),
  constraint worker_name_format check (name <> '' and length(name) <= 255),
  constraint worker_port_range check (port between 1 and 65535),
  constraint worker_slots_not_negative check (slots >= 0),
  constraint worker_incarnation_positive check (incarnation >= 1),
  constraint worker_recovered_incarnation_range check (recovered_incarnation between 0 and incarnation),
  constraint worker_cordoned_at_state check (cordoned = (cordoned_at is not null))
) with (fillfactor = 50);

create table attune.dispatch_queue (
  name text collate "C" primary key,
  runtime text collate "C" not null,
  placement jsonb not null default '{}',
  created timestamptz not null default now(),
  constraint dispatch_queue_name_format check (name like 'dispatch.%' and length(name) <= 255)
);

-- A sensor partition has one row and so one owner; the lease of the owner decides.
create table attune.sensor_run (
  id bigint generated always as identity primary key,
  sensor bigint not null references attune.sensor on delete cascade,
  sensor_ref text collate "C" not null,
  partition integer not null default 0,
  status attune.sensor_process_status_enum not null default 'starting',
  worker bigint,
  incarnation integer,
  lease_expires_at timestamptz,
  pid integer,
  consecutive_failures integer not null default 0,
  restart_count integer not null default 0,
  last_exit_code integer,
  last_signal text,
  last_error text,
  stderr_excerpt text,
  last_started_at timestamptz,
  last_stopped_at timestamptz,
  next_restart_at timestamptz,
  checkpoint jsonb,
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  constraint sensor_run_sensor_partition_key unique (sensor, partition),
  constraint sensor_run_partition_not_negative check (partition >= 0),
  constraint sensor_run_pid_positive check (pid > 0),
  constraint sensor_run_incarnation_state check ((worker is null) = (incarnation is null)),
  constraint sensor_run_next_restart_at_state check ((status = 'backoff') = (next_restart_at is not null)),
  constraint sensor_run_consecutive_failures_not_negative check (consecutive_failures >= 0),
  constraint sensor_run_restart_count_not_negative check (restart_count >= 0)
);

create table attune.timer (
  id bigint generated always as identity primary key,
  rule bigint not null references attune.rule on delete cascade,
  rule_ref text collate "C" not null,
  trigger_ref text collate "C" not null,
  params jsonb not null default '{}',
  next_fire_at timestamptz,
  last_fire_at timestamptz,
  fire_count bigint not null default 0,
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  constraint timer_rule_key unique (rule),
  constraint timer_fire_count_not_negative check (fire_count >= 0)
);
create index timer_due_idx on attune.timer (next_fire_at) where next_fire_at is not null;
