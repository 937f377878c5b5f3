import { explainExecution } from './explain-execution.js';
import type { DoctorFacts, ExecutionFacts, Group, PolicyQueueFacts } from './facts.js';
import type { Finding, FindingSeverity } from './finding.js';
import { aboutNoTrigger, countOf, isOverdue } from './finding.js';

/** Executions that do not move, and the policies they queue for. */
export function executionFindings({ waiting, overdue, policies, now }: DoctorFacts): Finding[] {
  return [
    ...waiting.map((group) => findWaiting(group, now)),
    ...overdue.map(findOverdue),
    ...policies.map(findFull),
  ];
}

function findWaiting(group: Group<ExecutionFacts>, now: Date): Finding {
  const { first, count, more } = group;
  const explanation = explainExecution(first);
  const many = countOf(group, 'execution waits', 'executions wait');
  return {
    ...explanation,
    ...aboutNoTrigger,
    kind: 'executions_waiting',
    severity: severityOfWait(first, now),
    message: `${many} for ${explanation.waits_for}${count > 1 ? `; the first is ${first.id}` : ''}`,
    subject: { type: 'execution', id: first.id, ref: null },
    count,
    more,
    episode: `${first.waiting_for}:${first.id}`,
  };
}

function severityOfWait(
  { waiting_for, waiting_since, not_before }: ExecutionFacts,
  now: Date,
): FindingSeverity {
  if (waiting_for === 'worker') return isOverdue(waiting_since, now) ? 'error' : 'warning';
  return isOverdue(not_before, now) && waiting_for !== 'pause' ? 'error' : 'info';
}

function findOverdue(group: Group<ExecutionFacts>): Finding {
  const { first, count, more } = group;
  const explanation = explainExecution(first);
  const state = first.finished_at === null ? first.status : 'finished and not settled';
  return {
    ...explanation,
    ...aboutNoTrigger,
    kind: 'executions_overdue',
    severity: 'error',
    message: `${countOf(group, 'execution is', 'executions are')} ${state} for too long, the first is ${first.id}: ${explanation.waits_for} is waited for`,
    subject: { type: 'execution', id: first.id, ref: null },
    count,
    more,
    episode: `${state}:${first.id}`,
  };
}

function findFull(queue: PolicyQueueFacts): Finding {
  const { policy, policy_ref, group_key, threshold, window_seconds, queued, more, first, since } = queue;
  const limit =
    window_seconds === null ? `${threshold} at once` : `${threshold} starts in ${window_seconds} s`;
  const group = group_key === '' ? '' : ` for ${group_key}`;
  const many = countOf({ count: queued, more }, 'execution waits', 'executions wait');
  return {
    ...aboutNoTrigger,
    kind: 'policy_full',
    severity: 'info',
    message: `${many} for policy ${policy_ref}, which allows ${limit}${group}; the next is ${first}`,
    subject: { type: 'policy', id: policy, ref: policy_ref },
    count: queued,
    more,
    episode: `${policy}:${group_key}:${first}`,
    ...explainQueue(queue),
    since,
  };
}

function explainQueue({ policy_ref, window_seconds, holders, held_since, first }: PolicyQueueFacts) {
  const [oldest = first] = holders;
  const until =
    window_seconds === null || held_since === null
      ? null
      : new Date(held_since.getTime() + window_seconds * 1_000);
  return {
    waits_for: `a slot of policy ${policy_ref}`,
    actor: holders.length === 0 ? 'executor' : `executions ${holders.join(', ')}, which hold its slots`,
    until,
    next:
      window_seconds === null
        ? 'a slot is passed on as soon as one of them ends or is cancelled'
        : 'a slot is passed on when its window has moved on',
    command: `attune exec show ${oldest}`,
  };
}
