-- Failed logins are counted here, whether anybody has the login or not: what is answered to the next attempt is the
-- same for both, whichever process it comes to.

create table attune.login_attempt (
  -- sha256, hex: of what people type for their login.
  login_hash text primary key,
  failures integer not null,
  locked_until timestamptz,
  attempted_at timestamptz not null default now(),
  created timestamptz not null default now(),
  constraint login_attempt_failures_positive check (failures > 0)
);
create index login_attempt_created_idx on attune.login_attempt (created, login_hash);

alter table attune.identity drop column failed_logins, drop column locked_until;

insert into attune.retention (target, max_age_seconds)
values ('login_attempt', extract(epoch from interval '1 hour'));
