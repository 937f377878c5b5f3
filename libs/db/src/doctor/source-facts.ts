import type {
  DisabledFacts,
  EventFacts,
  Group,
  InquiryFacts,
  MatchFacts,
  RuleErrorFacts,
  SensorRunFacts,
  TimerFacts,
} from '@attune/domain';
import type { Db } from '../database.js';
import { statement } from '../statement.js';
import { countedMost, groupOf, groupsMost } from './group.js';
import type { Counted } from './group.js';

const olderThan = (value: string) => `${value} < now() - $1::double precision * interval '1 millisecond'`;

/* The index holds pending events only. */
const eventsStatement = statement<Counted<EventFacts>>(
  'doctor_pending_events',
  `select g.count, g.count > ${countedMost} as more, e.id, e.trigger_ref, e.status, e.created
from (
  select min(p.id) as first, count(*) as count from (
    select e.id, e.created from attune.event e
    where e.announced_at is not null order by e.announced_at limit ${countedMost + 1}
  ) p where ${olderThan('p.created')}
) g
join attune.event e on e.id = g.first`,
);

const matchesStatement = statement<Counted<MatchFacts>>(
  'doctor_waiting_matches',
  `select g.count, g.more, f.id, f.rule_ref, f.trigger_ref, coalesce(r.enabled, false) as rule_enabled,
  f.waiting_for, f.reason_detail as detail, f.due_at, f.created
from (
  select min(w.id) as first, count(*) as count, max(w.place) > ${countedMost} as more
  from (
    select f.id, f.rule, f.waiting_for, f.due_at is null as held, row_number() over (order by f.id) as place
    from attune.enforcement f where f.status = 'created' order by f.id limit ${countedMost + 1}
  ) w group by w.rule, w.waiting_for, w.held order by first limit ${groupsMost}
) g
join attune.enforcement f on f.id = g.first
left join attune.rule r on r.id = f.rule
order by f.id`,
);

const inquiriesStatement = statement<InquiryFacts>(
  'doctor_open_inquiries',
  `select q.id, q.execution, q.status, i.login as assigned_to, q.assigned_role, q.timeout_at, q.created
from attune.inquiry q left join attune.identity i on i.id = q.assigned_to
where q.status = 'pending' order by q.timeout_at limit ${groupsMost}`,
);

const timersStatement = statement<TimerFacts>(
  'doctor_overdue_timers',
  `select t.id, t.rule_ref, t.next_fire_at from attune.timer t
join attune.rule r on r.id = t.rule and r.enabled
join attune.trigger g on g.id = r.trigger and g.enabled
where ${olderThan('t.next_fire_at')} order by t.next_fire_at limit ${groupsMost}`,
);

const runsStatement = statement<SensorRunFacts>(
  'doctor_sensor_runs',
  `select r.id, r.sensor_ref, r.partition, r.status, w.name as worker, r.lease_expires_at, r.last_error,
  r.next_restart_at, r.updated
from attune.sensor_run r join attune.sensor s on s.id = r.sensor and s.enabled
left join attune.worker w on w.id = r.worker
where r.status <> 'running' or coalesce(r.lease_expires_at < now(), true)
order by r.id limit ${groupsMost}`,
);

const enabledRules = (of: string) =>
  `(select count(*) from attune.rule r join attune.trigger g on g.id = r.trigger where r.enabled and ${of})`;

const lastEvent = (of: string) =>
  `(select e.created from attune.event e where ${of} order by e.id desc limit 1)`;

/* Of a rule that is off only what came within the last hour counts: most are off because nobody wants them. */
const disabledStatement = statement<DisabledFacts>(
  'doctor_disabled_definitions',
  `select * from (
  select 'trigger' as type, t.id, t.ref, ${enabledRules('r.trigger = t.id')} as rules,
    ${lastEvent('e.trigger_ref = t.ref')} as last_event_at, t.updated
  from attune.trigger t where not t.enabled
  union all
  select 'sensor', s.id, s.ref, ${enabledRules('g.sensor = s.id')},
    ${lastEvent('e.source_ref = s.ref')}, s.updated
  from attune.sensor s where not s.enabled
  union all
  select 'rule', r.id, r.ref, 0, ${lastEvent('e.trigger_ref = r.trigger_ref')}, r.updated
  from attune.rule r where not r.enabled
) d
where d.rules > 0 or d.type <> 'sensor' and d.last_event_at > greatest(d.updated, now() - interval '1 hour')
order by d.type desc, d.ref limit ${groupsMost}`,
);

const errorsStatement = statement<RuleErrorFacts>(
  'doctor_failing_rules',
  `select r.id, r.ref, r.trigger_ref, r.error_count, r.last_error, r.last_error_at from attune.rule r
where r.enabled and r.last_error_at > greatest(r.updated, now() - interval '1 hour') and r.error_count > 1
order by r.last_error_at desc limit ${groupsMost}`,
);

export async function findPendingEvents(db: Db, overdueMs: number): Promise<Group<EventFacts> | null> {
  const [row] = await eventsStatement.run(db, [overdueMs]);
  return row === undefined ? null : groupOf(row);
}

/** Matches that are not decided, by rule and reason. */
export async function findWaitingMatches(db: Db): Promise<Group<MatchFacts>[]> {
  return (await matchesStatement.run(db, [])).map(groupOf);
}

export async function findOpenInquiries(db: Db): Promise<InquiryFacts[]> {
  return inquiriesStatement.run(db, []);
}

export async function findOverdueTimers(db: Db, overdueMs: number): Promise<TimerFacts[]> {
  return timersStatement.run(db, [overdueMs]);
}

/** Of enabled sensors: partitions that do not run, or whose owner is gone. */
export async function findHaltedSensorRuns(db: Db): Promise<SensorRunFacts[]> {
  return runsStatement.run(db, []);
}

/** Triggers and sensors that enabled rules depend on, and rules and triggers that events come for. */
export async function findDisabledDefinitions(db: Db): Promise<DisabledFacts[]> {
  return disabledStatement.run(db, []);
}

/** Rules that have raised errors repeatedly since they were changed, and within the last hour. */
export async function findFailingRules(db: Db): Promise<RuleErrorFacts[]> {
  return errorsStatement.run(db, []);
}
