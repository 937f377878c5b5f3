-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- findPendingEvents
select g.count, g.count > 10000 as more, e.id, e.trigger_ref, e.status, e.created
from (
  select min(p.id) as first, count(*) as count from (
    select e.id, e.created from attune.event e
    where e.announced_at is not null order by e.announced_at limit 10001
  ) p where p.created < now() - $1::double precision * interval '1 millisecond'
) g
join attune.event e on e.id = g.first;

-- findWaitingMatches
select g.count, g.more, f.id, f.rule_ref, f.trigger_ref, coalesce(r.enabled, false) as rule_enabled,
  f.waiting_for, f.reason_detail as detail, f.due_at, f.created
from (
  select min(w.id) as first, count(*) as count, max(w.place) > 10000 as more
  from (
    select f.id, f.rule, f.waiting_for, f.due_at is null as held, row_number() over (order by f.id) as place
    from attune.enforcement f where f.status = 'created' order by f.id limit 10001
  ) w group by w.rule, w.waiting_for, w.held order by first limit 100
) g
join attune.enforcement f on f.id = g.first
left join attune.rule r on r.id = f.rule
order by f.id;

-- findOpenInquiries
select q.id, q.execution, q.status, i.login as assigned_to, q.assigned_role, q.timeout_at, q.created
from attune.inquiry q left join attune.identity i on i.id = q.assigned_to
where q.status = 'pending' order by q.timeout_at limit 100;

-- findOverdueTimers
select t.id, t.rule_ref, t.next_fire_at from attune.timer t
join attune.rule r on r.id = t.rule and r.enabled
join attune.trigger g on g.id = r.trigger and g.enabled
where t.next_fire_at < now() - $1::double precision * interval '1 millisecond' order by t.next_fire_at limit 100;

-- findHaltedSensorRuns
select r.id, r.sensor_ref, r.partition, r.status, w.name as worker, r.lease_expires_at, r.last_error,
  r.next_restart_at, r.updated
from attune.sensor_run r join attune.sensor s on s.id = r.sensor and s.enabled
left join attune.worker w on w.id = r.worker
where r.status <> 'running' or coalesce(r.lease_expires_at < now(), true)
order by r.id limit 100;

-- findDisabledDefinitions
select * from (
  select 'trigger' as type, t.id, t.ref, (select count(*) from attune.rule r join attune.trigger g on g.id = r.trigger where r.enabled and r.trigger = t.id) as rules,
    (select e.created from attune.event e where e.trigger_ref = t.ref order by e.id desc limit 1) as last_event_at, t.updated
  from attune.trigger t where not t.enabled
  union all
  select 'sensor', s.id, s.ref, (select count(*) from attune.rule r join attune.trigger g on g.id = r.trigger where r.enabled and g.sensor = s.id),
    (select e.created from attune.event e where e.source_ref = s.ref order by e.id desc limit 1), s.updated
  from attune.sensor s where not s.enabled
  union all
  select 'rule', r.id, r.ref, 0, (select e.created from attune.event e where e.trigger_ref = r.trigger_ref order by e.id desc limit 1), r.updated
  from attune.rule r where not r.enabled
) d
where d.rules > 0 or d.type <> 'sensor' and d.last_event_at > greatest(d.updated, now() - interval '1 hour')
order by d.type desc, d.ref limit 100;

-- findFailingRules
select r.id, r.ref, r.trigger_ref, r.error_count, r.last_error, r.last_error_at from attune.rule r
where r.enabled and r.last_error_at > greatest(r.updated, now() - interval '1 hour') and r.error_count > 1
order by r.last_error_at desc limit 100;
