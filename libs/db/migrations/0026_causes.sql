-- Events that executions lead to know which, where the chain of causes began, and how long it is: a chain that feeds
-- itself is stopped, and what came of an execution is found. Seldom written, so these indexes cost the others nothing.
alter table attune.event
  add column cause_execution bigint,
  add column cause_root bigint,
  add column cause_depth integer not null default 0,
  add constraint event_cause_state check (
    (cause_execution is null) = (cause_root is null) and (cause_execution is null) = (cause_depth = 0)
  );
create index event_cause_execution_idx on attune.event (cause_execution, id) where cause_execution is not null;
create index event_cause_root_idx on attune.event (cause_root, id) where cause_root is not null;
