import type { EventFacts, InquiryFacts, MatchFacts, SensorRunFacts, TimerFacts } from './facts.js';
import type { Explanation } from './finding.js';
import { over } from './explain-execution.js';

export function explainEvent({ status, created }: EventFacts): Explanation {
  if (status === 'evaluated') return over('it is evaluated', created);
  return {
    waits_for: 'the executor to evaluate it',
    actor: 'executor',
    since: created,
    until: null,
    next: 'the rules of its trigger are evaluated; a sweep announces it until then',
    command: 'attune dead-letter ls',
  };
}

export function explainMatch({
  id,
  waiting_for,
  rule_ref,
  detail,
  due_at,
  created,
}: MatchFacts): Explanation {
  if (waiting_for === 'quiet') {
    return {
      waits_for: `no other match of ${rule_ref} to come`,
      actor: 'executor',
      since: created,
      until: due_at,
      next: 'it is decided when it has been quiet for long enough',
      command: null,
    };
  }
  if (due_at !== null) {
    return {
      waits_for: 'its decision: it was released',
      actor: 'executor',
      since: created,
      until: due_at,
      next: 'a sweep decides it by its rule as that is now',
      command: null,
    };
  }
  return {
    waits_for: `being released: ${detail ?? 'a chain of executions and events led to it'}`,
    actor: 'whoever may release it',
    since: created,
    until: null,
    next: 'it is decided when it is released, and never when it is dropped',
    command: `attune enforcement release ${id}`,
  };
}

export function explainInquiry({
  id,
  status,
  assigned_to,
  assigned_role,
  timeout_at,
  created,
}: InquiryFacts): Explanation {
  if (status !== 'pending') return over(`it is ${status}`, created);
  return {
    waits_for: 'an answer',
    actor: answerer(assigned_to, assigned_role),
    since: created,
    until: timeout_at,
    next:
      timeout_at === null
        ? 'its execution goes on when it is answered'
        : 'it is answered, or its time is over',
    command: `attune inquiry respond ${id}`,
  };
}

function answerer(login: string | null, role: string | null): string {
  if (login !== null) return `${login}${role === null ? '' : `, or anybody with role ${role}`}`;
  return role === null ? 'whoever may answer inquiries' : `anybody with role ${role}`;
}

export function explainTimer({ next_fire_at, rule_ref }: TimerFacts): Explanation {
  if (next_fire_at === null) return over('it does not fire again', null);
  return {
    waits_for: 'a sensor service to fire it',
    actor: 'sensor',
    since: next_fire_at,
    until: next_fire_at,
    next: 'the clock of a sensor service records its event',
    command: `attune rule show ${rule_ref}`,
  };
}

export function explainSensorRun(run: SensorRunFacts): Explanation {
  const { sensor_ref, status, worker, lease_expires_at, last_error, next_restart_at, updated } = run;
  const service = worker === null ? 'sensor services' : `sensor service ${worker}`;
  const shared = { actor: service, since: updated, command: `attune sensor show ${sensor_ref}` };
  switch (status) {
    case 'running':
      return {
        ...shared,
        waits_for: 'what it observes',
        until: lease_expires_at,
        next: 'its events are recorded',
      };
    case 'starting':
      return {
        ...shared,
        waits_for: worker === null ? 'a sensor service that takes it' : 'its program to be ready',
        until: lease_expires_at,
        next: 'a sensor service that can run it starts its program',
      };
    case 'backoff':
      return {
        ...shared,
        waits_for: `its restart after ${last_error ?? 'it ended'}`,
        until: next_restart_at,
        next: 'it is started again, later after each failure in a row',
      };
    case 'failed':
      return {
        ...shared,
        waits_for: `being corrected: ${last_error ?? 'it cannot be run as it is defined'}`,
        actor: 'whoever looks after its pack',
        until: null,
        next: 'it is started again when its definition changes',
      };
    case 'stopped':
      return {
        ...shared,
        waits_for: 'its next start',
        until: null,
        next: 'a sensor service starts it while it is enabled',
      };
  }
}
