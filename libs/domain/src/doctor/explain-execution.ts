import type { WaitReason } from '../execution/execution-status.js';
import { isTerminalExecution } from '../execution/execution-status.js';
import type { ExecutionFacts } from './facts.js';
import type { Explanation } from './finding.js';

/** Of an execution in any state: what it waits for, and who acts next. */
export function explainExecution(execution: ExecutionFacts): Explanation {
  const { id, status, finished_at, settled_at, scheduled_at, dispatch_queue } = execution;
  if (settled_at !== null) return over(`it is ${status}`, settled_at);
  if (isTerminalExecution(status)) {
    return {
      waits_for: 'the executor to settle it',
      actor: 'executor',
      since: finished_at,
      until: null,
      next: 'the executor frees its slots and advances what waits for it; a sweep announces it until then',
      command: `attune exec show ${id}`,
    };
  }
  if (execution.waiting_for !== null) return waits[execution.waiting_for](execution, execution.waiting_for);
  if (status === 'requested') return undecided(execution);
  if (status === 'scheduled') {
    return {
      waits_for: `a worker that takes it from ${dispatch_queue}`,
      actor: `workers of ${dispatch_queue}`,
      since: scheduled_at,
      until: null,
      next: 'a worker with a free slot claims it; a sweep announces it until then',
      command: 'attune worker ls',
    };
  }
  return atWork(execution);
}

type Wait = (execution: ExecutionFacts, reason: WaitReason) => Explanation;

const delayed: Wait = (execution, reason) => {
  const { id, attempt, not_before } = execution;
  const what = reason === 'retry' ? `the delay before attempt ${attempt}` : 'its delay';
  if (not_before === null) return undecided(execution);
  return {
    waits_for: what,
    actor: 'executor',
    since: execution.waiting_since ?? execution.created,
    until: not_before,
    next: 'a sweep announces it when its time has come',
    command: `attune exec show ${id}`,
  };
};

const queued: Wait = ({ id, waiting_detail, waiting_since }) => ({
  waits_for: waiting_detail ?? 'a slot of a policy',
  actor: 'executor',
  since: waiting_since,
  until: null,
  next: 'it is given the next slot in order of priority and age',
  command: `attune exec show ${id}`,
});

const waits: Record<WaitReason, Wait> = {
  policy: queued,
  rate_limit: queued,
  delay: delayed,
  retry: delayed,
  worker: ({ waiting_detail, waiting_since }) => ({
    waits_for: `a worker: ${waiting_detail ?? 'none offers what it needs'}`,
    actor: 'whoever runs the workers',
    since: waiting_since,
    until: null,
    next: 'start a worker that offers it, or lift the cordon of one; the executor then schedules it',
    command: 'attune worker ls',
  }),
  pause: ({ id, waiting_detail, waiting_since }) => ({
    waits_for: `being resumed${waiting_detail === null ? '' : `: ${waiting_detail}`}`,
    actor: 'whoever may resume it',
    since: waiting_since,
    until: null,
    next: 'it is requested again when it is resumed',
    command: `attune exec resume ${id}`,
  }),
  inquiry: ({ waiting_since }) => ({
    waits_for: 'the answer to its inquiry',
    actor: 'whoever may answer',
    since: waiting_since,
    until: null,
    next: 'it goes on when the inquiry is answered, or its time is over',
    command: 'attune inquiry ls',
  }),
  children: ({ id, waiting_since }) => ({
    waits_for: 'the executions below it',
    actor: 'executor',
    since: waiting_since,
    until: null,
    next: 'it goes on as they end',
    command: `attune exec show ${id}`,
  }),
};

function undecided({ id, created }: ExecutionFacts): Explanation {
  return {
    waits_for: 'the executor to schedule it',
    actor: 'executor',
    since: created,
    until: null,
    next: 'the executor sends it to a queue, or says what it waits for; a sweep announces it until then',
    command: `attune exec show ${id}`,
  };
}

function atWork({ id, status, worker, started_at, created, lease_expires_at }: ExecutionFacts): Explanation {
  const canceling = status === 'canceling';
  return {
    waits_for: canceling ? 'its program to stop' : 'its program to end',
    actor: worker === null ? 'executor' : `worker ${worker}`,
    since: started_at ?? created,
    until: lease_expires_at,
    next: 'the worker reports how it ended; when its lease runs out, the executor takes the execution over',
    command: canceling ? 'attune worker ls' : `attune exec log ${id}`,
  };
}

export function over(how: string, since: Date | null): Explanation {
  return {
    waits_for: 'nothing',
    actor: 'nobody',
    since,
    until: null,
    next: `nothing: ${how}`,
    command: null,
  };
}
