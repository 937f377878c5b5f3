-- What does not move is found without looking at what does: rows enter these indexes when they wait, or when a sweep
-- has to announce them again. Neither names the state, so that the steps of what moves stay as cheap as they are.
create index execution_waiting_for_idx on attune.execution (waiting_for, id) where waiting_for is not null;
create index execution_overdue_idx on attune.execution (id)
  where announcements > 0 and announced_at is not null and waiting_for is null;

-- One row per process of a daemon that is alive, or has gone without a word within the last day.
create table attune.process (
  name text collate "C" not null,
  service text collate "C" not null,
  version text not null,
  schema_version integer not null,
  started_at timestamptz not null default now(),
  last_heartbeat timestamptz not null default now(),
  constraint process_pkey primary key (name),
  constraint process_service_known check (service in ('api', 'executor', 'worker', 'sensor', 'notifier'))
);
