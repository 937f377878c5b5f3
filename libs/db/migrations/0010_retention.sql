-- How long what has happened is kept, and how far its removal has come.

create table attune.retention (
  target text collate "C" primary key,
  -- NULL: for ever.
  max_age_seconds integer,
  -- The pass under way goes on after this key; NULL: a new one starts.
  position jsonb,
  -- Rows older than this may be gone. Never moves back.
  horizon timestamptz,
  pass_started_at timestamptz,
  -- When a pass last came to its end.
  passed_at timestamptz,
  pass_deleted bigint not null default 0,
  pass_kept bigint not null default 0,
  deleted bigint not null default 0,
  updated timestamptz not null default now(),
  constraint retention_max_age_seconds_positive check (max_age_seconds > 0)
);

insert into attune.retention (target, max_age_seconds)
select target, extract(epoch from max_age)
from (values
  ('audit_event', interval '90 days'),
  ('enforcement', '30 days'),
  ('event', '30 days'),
  ('event_key', '7 days'),
  ('execution', '30 days'),
  ('execution_log', '14 days'),
  ('expired_event_key', '1 hour'),
  ('idempotent_request', '1 day'),
  ('ledger_check', '30 days'),
  ('notification', '30 days'),
  ('pack_test_run', '30 days'),
  ('session', '7 days'),
  ('signing_key', '1 day'),
  ('webhook_delivery', '30 days'),
  ('worker', '30 days')
) as seed(target, max_age);

-- Each target is walked in the order of age. That of rows with an identity column is the order of their ids.

create index session_created_idx on attune.session (created, id);

-- Pages freed by retention are filled again, out of order: block ranges would soon span all ages.
drop index attune.event_key_created_idx;
create index event_key_created_idx on attune.event_key (created) where expires_at is null;
create index event_key_expires_at_idx on attune.event_key (expires_at) where expires_at is not null;
