-- What is remembered of the matches of a rule, so that duplicates, too many, and all but the last are not acted on. No
-- foreign key: rules come and go, and states expire.
create table attune.rule_flow (
  rule bigint not null,
  expires_at timestamptz not null default now(),
  kind text collate "C" not null,
  key text collate "C" not null,
  state jsonb,
  constraint rule_flow_pkey primary key (rule, kind, key),
  constraint rule_flow_kind_known check (kind in ('dedupe', 'throttle', 'debounce'))
);
create index rule_flow_expires_at_idx on attune.rule_flow (expires_at, rule, kind, key);
insert into attune.retention (target, max_age_seconds) values ('rule_flow', extract(epoch from interval '1 hour'));

-- A match that is not decided yet says what it waits for, and from when on it is decided.
alter table attune.enforcement add column waiting_for text collate "C", add column due_at timestamptz;
update attune.enforcement set waiting_for = 'release' where status = 'created';
alter table attune.enforcement
  add constraint enforcement_waiting_for_state check (
    (status = 'created') = (waiting_for is not null) and waiting_for in ('quiet', 'release')
  ),
  add constraint enforcement_due_at_state check (due_at is null or status = 'created');
create index enforcement_due_at_idx on attune.enforcement (due_at) where due_at is not null;
