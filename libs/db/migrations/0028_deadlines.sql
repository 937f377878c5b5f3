-- How long an execution may wait for its first start, and how long it may take with all its attempts and delays.
alter table attune.action
  add column start_timeout_seconds integer,
  add column total_timeout_seconds integer,
  add constraint action_start_timeout_seconds_positive check (start_timeout_seconds > 0),
  add constraint action_total_timeout_seconds_positive check (total_timeout_seconds > 0);
alter table attune.rule
  add column start_timeout_seconds integer,
  add column total_timeout_seconds integer,
  add constraint rule_start_timeout_seconds_positive check (start_timeout_seconds > 0),
  add constraint rule_total_timeout_seconds_positive check (total_timeout_seconds > 0);

-- Written with the request; the first start clears its own. Few executions have one, so the index costs the others nothing.
alter table attune.execution
  add column start_deadline timestamptz,
  add column deadline timestamptz;
create index execution_deadline_idx on attune.execution (least(start_deadline, deadline))
  where announced_at is not null and least(start_deadline, deadline) is not null;
