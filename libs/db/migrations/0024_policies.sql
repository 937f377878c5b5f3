-- A policy may also limit what one rule starts, and count apart what an expression tells apart.
alter table attune.policy
  add column rule bigint references attune.rule on delete cascade,
  add column rule_ref text collate "C",
  add column key text,
  drop constraint policy_pack_wide_state,
  add constraint policy_rule_ref_state check ((rule is null) = (rule_ref is null)),
  add constraint policy_pack_wide_state check (
    (action is not null)::integer + (rule is not null)::integer + pack_wide::integer <= 1
  ),
  add constraint policy_method_state check (window_seconds is null or method <> 'cancel_running');
create index policy_rule_idx on attune.policy (rule) where rule is not null;

-- Limits are policies: nothing has ever read these.
alter table attune.rule drop column concurrency;
alter table attune.action drop column concurrency;

-- A queue goes by priority, then by age of the execution, whoever asked first; a slot is of one attempt.
alter table attune.admission
  drop column queue_order,
  add column priority integer not null default 0,
  add column attempt integer not null default 1,
  drop constraint admission_pkey,
  add constraint admission_pkey primary key (policy, group_key, execution, attempt);
create index admission_queue_idx on attune.admission (policy, group_key, priority desc, execution)
  where status = 'queued';
create index admission_active_idx on attune.admission (policy, group_key, activated_at)
  where status = 'active';

-- Whom a policy concerns has changed, or it is gone: who queued for it asks again. Here and not where it is changed:
-- policies go with their pack, their action and their rule.
create function attune.release_policy_queue() returns trigger language plpgsql as $$
begin
  with released as (
    delete from attune.admission where policy = old.id and status = 'queued' returning execution
  )
  update attune.execution e set waiting_for = null, waiting_detail = null, waiting_since = null,
    announced_at = now() - interval '1 hour', announcements = 0, updated = now()
  from released r
  where e.id = r.execution and e.status = 'requested' and e.waiting_for in ('policy', 'rate_limit');
  return coalesce(new, old);
end
$$;
create trigger policy_queue_gone before delete on attune.policy
  for each row execute function attune.release_policy_queue();
create trigger policy_queue_changed before update on attune.policy
  for each row when (
    (old.enabled, old.method, old.action, old.rule, old.pack_wide, old.parameters, old.key, old.window_seconds)
    is distinct from
    (new.enabled, new.method, new.action, new.rule, new.pack_wide, new.parameters, new.key, new.window_seconds)
  )
  execute function attune.release_policy_queue();
