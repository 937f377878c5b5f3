import fc from 'fast-check';
import { enforcementWaits } from '../enforcement/enforcement-status.js';
import type { ExecutionStatus, WaitReason } from '../execution/execution-status.js';
import { executionStatuses, isTerminalExecution, waitReasons } from '../execution/execution-status.js';
import type { DoctorFacts, ExecutionFacts, MatchFacts, PolicyQueueFacts, ProcessFacts } from './facts.js';
import { serviceNames } from './facts.js';

export const now = new Date('2026-01-01T12:00:00Z');
const instant = fc
  .integer({ min: -86_400, max: 86_400 })
  .map((seconds) => new Date(now.getTime() + seconds * 1_000));
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const id = fc.integer({ min: 1, max: 1_000_000 });
const text = fc.string({ minLength: 1, maxLength: 20 });

/** What an execution in a state may wait for: the constraints of its table and the verbs that set it. */
const reasonsOf = (status: ExecutionStatus): readonly (WaitReason | null)[] => {
  if (status === 'requested')
    return [null, ...waitReasons.filter((reason) => reason !== 'inquiry' && reason !== 'children')];
  return status === 'running' ? [null, 'inquiry', 'children'] : [null];
};

const reachable = executionStatuses.flatMap((status) =>
  reasonsOf(status).map((reason) => [status, reason] as const),
);

export const executions: fc.Arbitrary<ExecutionFacts> = fc
  .constantFrom(...reachable)
  .chain(([status, waiting_for]) => {
    const final = isTerminalExecution(status);
    const dispatched = status !== 'requested';
    return fc.record({
      id,
      status: fc.constant(status),
      attempt: fc.integer({ min: 1, max: 5 }),
      waiting_for: fc.constant(waiting_for),
      waiting_detail: waiting_for === null ? fc.constant(null) : maybe(text),
      waiting_since: waiting_for === null ? fc.constant(null) : instant,
      not_before: status === 'requested' ? maybe(instant) : fc.constant(null),
      dispatch_queue: dispatched ? fc.constant('dispatch.shell') : fc.constant(null),
      worker:
        status === 'canceling' || (status === 'running' && waiting_for === null) ? text : fc.constant(null),
      lease_expires_at: maybe(instant),
      created: instant,
      scheduled_at: dispatched ? instant : fc.constant(null),
      started_at: maybe(instant),
      finished_at: final ? instant : fc.constant(null),
      settled_at: final ? maybe(instant) : fc.constant(null),
    });
  });

export const matches: fc.Arbitrary<MatchFacts> = fc.record({
  id,
  rule_ref: fc.constant('ops.rule'),
  trigger_ref: fc.constant('ops.trigger'),
  rule_enabled: fc.boolean(),
  waiting_for: fc.constantFrom(...enforcementWaits),
  detail: maybe(text),
  due_at: maybe(instant),
  created: instant,
});

export const policies: fc.Arbitrary<PolicyQueueFacts> = fc.record({
  policy: id,
  policy_ref: fc.constant('ops.one'),
  group_key: text,
  threshold: id,
  window_seconds: maybe(id),
  queued: id,
  more: fc.boolean(),
  first: id,
  since: instant,
  holders: fc.array(id, { maxLength: 10 }),
  held_since: maybe(instant),
});

export const processes: fc.Arbitrary<ProcessFacts> = fc.record({
  name: text,
  service: fc.constantFrom(...serviceNames),
  version: fc.constantFrom('1.0.0', '1.1.0'),
  schema_version: fc.integer({ min: 1, max: 3 }),
  started_at: instant,
  last_heartbeat: instant,
  alive: fc.boolean(),
});

/** Of an installation in which everything is there and moves. */
export const wellFacts: DoctorFacts = {
  now,
  ledger: { checked_at: now, imbalances: [] },
  processes: serviceNames.map((service) => ({
    name: `${service}@host:1`,
    service,
    version: '1.0.0',
    schema_version: 1,
    started_at: now,
    last_heartbeat: now,
    alive: true,
  })),
  workers: [],
  dead_letters: [],
  events: null,
  overdue: [],
  waiting: [],
  policies: [],
  matches: [],
  inquiries: [],
  timers: [],
  sensor_runs: [],
  disabled: [],
  rule_errors: [],
};
