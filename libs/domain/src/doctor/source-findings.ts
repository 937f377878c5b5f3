import {
  explainEvent,
  explainInquiry,
  explainMatch,
  explainSensorRun,
  explainTimer,
} from './explain-source.js';
import type {
  DoctorFacts,
  EventFacts,
  Group,
  InquiryFacts,
  MatchFacts,
  SensorRunFacts,
  TimerFacts,
} from './facts.js';
import type { Finding, FindingKind, FindingSeverity } from './finding.js';
import { aboutNoTrigger, countOf, isOverdue } from './finding.js';

/** What comes before an execution, and what one asks of people. */
export function sourceFindings(facts: DoctorFacts): Finding[] {
  const { events, matches, inquiries, timers, sensor_runs: runs, now } = facts;
  return [
    ...(events === null ? [] : [findPending(events, now)]),
    ...matches.map((group) => findMatches(group, now)),
    ...inquiries.map((inquiry) => findInquiry(inquiry, now)),
    ...timers.map(findTimer),
    ...runs.filter(({ status }) => status !== 'stopped').map((run) => findSensorRun(run, now)),
  ];
}

function findPending(group: Group<EventFacts>, now: Date): Finding {
  const { first, count, more } = group;
  return {
    ...explainEvent(first),
    kind: 'events_pending',
    severity: 'error',
    message: `${countOf(group, 'event is', 'events are')} not evaluated for too long, the first is ${first.id}`,
    subject: { type: 'event', id: first.id, ref: first.trigger_ref },
    count,
    more,
    // A backlog that moves on has another first event each time: once an hour is enough.
    episode: `pending:${now.toISOString().slice(0, 13)}`,
    trigger_ref: first.trigger_ref,
  };
}

function findMatches(group: Group<MatchFacts>, now: Date): Finding {
  const { first, count, more } = group;
  const { rule_ref, waiting_for, due_at } = first;
  const held = waiting_for === 'release' && due_at === null;
  return {
    ...explainMatch(first),
    kind: 'matches_waiting',
    severity: held || isOverdue(due_at, now) ? 'error' : 'info',
    message: `${countOf(group, 'match', 'matches')} of rule ${rule_ref} ${held ? 'held' : 'not decided yet'}, the first is ${first.id}`,
    subject: { type: 'enforcement', id: first.id, ref: rule_ref },
    count,
    more,
    episode: `${waiting_for}:${first.id}`,
    trigger_ref: first.trigger_ref,
  };
}

function findInquiry(inquiry: InquiryFacts, now: Date): Finding {
  const { id, execution, timeout_at } = inquiry;
  const late = isOverdue(timeout_at, now);
  return alone('inquiry_open', late ? 'error' : 'info', {
    ...explainInquiry(inquiry),
    message: `inquiry ${id} of execution ${execution} is ${late ? 'past its time and open' : 'open'}`,
    subject: { type: 'inquiry', id, ref: null },
    episode: `${id}`,
  });
}

function findTimer(timer: TimerFacts): Finding {
  const { id, rule_ref, next_fire_at } = timer;
  return alone('timer_overdue', 'error', {
    ...explainTimer(timer),
    message: `the timer of rule ${rule_ref} is overdue`,
    subject: { type: 'timer', id, ref: rule_ref },
    episode: `${id}:${next_fire_at?.toISOString()}`,
  });
}

function findSensorRun(run: SensorRunFacts, now: Date): Finding {
  const { id, sensor_ref, partition, status, updated } = run;
  const failed = status === 'failed' || (status === 'starting' && isOverdue(updated, now));
  return alone('sensor_not_running', failed ? 'error' : 'warning', {
    ...explainSensorRun(run),
    message: `sensor ${sensor_ref}${partition === 0 ? '' : `, partition ${partition},`} is not running: ${status}`,
    subject: { type: 'sensor', id, ref: sensor_ref },
    episode: `${id}:${status}`,
  });
}

function alone(
  kind: FindingKind,
  severity: FindingSeverity,
  rest: Omit<Finding, 'kind' | 'severity' | 'count' | 'more' | 'trigger_ref'>,
): Finding {
  return { ...aboutNoTrigger, kind, severity, count: 1, more: false, ...rest };
}
