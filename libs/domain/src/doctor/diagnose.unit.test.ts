import fc from 'fast-check';
import { diagnose, isHealthy } from './diagnose.js';
import { executions, matches, now, policies, processes, wellFacts } from './doctor.testing.js';
import type { DoctorFacts, ExecutionFacts } from './facts.js';
import { findingSeverities } from './finding.js';

const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
const found = (facts: Partial<DoctorFacts>) => diagnose({ ...wellFacts, ...facts });

const requested: ExecutionFacts = {
  id: 17,
  status: 'requested',
  attempt: 1,
  waiting_for: null,
  waiting_detail: null,
  waiting_since: null,
  not_before: null,
  dispatch_queue: null,
  worker: null,
  lease_expires_at: null,
  created: minutesAgo(5),
  scheduled_at: null,
  started_at: null,
  finished_at: null,
  settled_at: null,
};

const fewOf = <T>(value: fc.Arbitrary<T>) => fc.array(value, { maxLength: 3 });
const groupsOf = <T>(first: fc.Arbitrary<T>) =>
  fewOf(fc.record({ first, count: fc.integer({ min: 1, max: 20_000 }), more: fc.boolean() }));

it('whatever is found says who acts next, the most urgent first', () => {
  const facts = fc.record({
    waiting: groupsOf(executions),
    overdue: groupsOf(executions),
    matches: groupsOf(matches),
    policies: fewOf(policies),
    processes: fewOf(processes),
  });
  fc.assert(
    fc.property(facts, (some) => {
      const findings = found(some);
      const urgency = findings.map(({ severity }) => findingSeverities.indexOf(severity));
      return (
        findings.every(({ message, actor, next, episode }) =>
          [message, actor, next, episode].every((text) => text !== ''),
        ) && urgency.every((each, index) => index === 0 || each >= urgency[index - 1]!)
      );
    }),
  );
});

it('an installation in which everything moves has no findings', () => {
  expect(found({})).toEqual([]);
});

describe('executions', () => {
  it('that wait for a worker are counted, and are an error after a minute', () => {
    const first = {
      ...requested,
      waiting_for: 'worker',
      waiting_detail: 'no worker offers python >=3.12',
      waiting_since: minutesAgo(2),
    } as const;

    expect(found({ waiting: [{ first, count: 5_012, more: false }] })).toMatchObject([
      {
        kind: 'executions_waiting',
        severity: 'error',
        message: '5,012 executions wait for a worker: no worker offers python >=3.12; the first is 17',
        command: 'attune worker ls',
      },
    ]);
    expect(
      found({ waiting: [{ first: { ...first, waiting_since: now }, count: 1, more: false }] }),
    ).toMatchObject([{ severity: 'warning' }]);
  });

  it('that are delayed wait as they should, until their time is over', () => {
    const delayed = (not_before: Date) => ({
      waiting: [
        { first: { ...requested, waiting_for: 'delay', not_before } as const, count: 1, more: false },
      ],
    });

    expect(isHealthy(found(delayed(minutesAgo(-5))))).toBe(true);
    expect(found(delayed(minutesAgo(-5)))).toMatchObject([
      { until: minutesAgo(-5), command: 'attune exec show 17' },
    ]);
    expect(isHealthy(found(delayed(minutesAgo(5))))).toBe(false);
  });

  it('that queue for a policy name who has its slots', () => {
    const policies = [
      {
        policy: 3,
        policy_ref: 'ops.one',
        group_key: '',
        threshold: 1,
        window_seconds: null,
        queued: 10_001,
        more: true,
        first: 17,
        since: minutesAgo(5),
        holders: [12],
        held_since: minutesAgo(6),
      },
    ];

    expect(found({ policies })).toMatchObject([
      {
        kind: 'policy_full',
        severity: 'info',
        message:
          'more than 10,001 executions wait for policy ops.one, which allows 1 at once; the next is 17',
        actor: 'executions 12, which hold its slots',
        since: minutesAgo(5),
        command: 'attune exec show 12',
      },
    ]);
    expect(found({ policies: policies.map((each) => ({ ...each, window_seconds: 600 })) })).toMatchObject([
      { until: minutesAgo(-4) },
    ]);
  });
});

describe('processes', () => {
  const executor = wellFacts.processes.find(({ service }) => service === 'executor')!;
  const others = wellFacts.processes.filter(({ service }) => service !== 'executor');
  const dead = { ...executor, name: 'executor@gone:1', alive: false, last_heartbeat: minutesAgo(3) };

  it('no executor at all is the worst', () => {
    expect(found({ processes: [...others, dead] })).toMatchObject([
      {
        kind: 'service_down',
        severity: 'critical',
        since: minutesAgo(3),
        command: 'docker compose up -d executor',
      },
    ]);
  });

  it('one that is missed since a moment ago may be on its way', () => {
    expect(found({ processes: [...others, { ...dead, last_heartbeat: now }] })).toMatchObject([
      { kind: 'service_down', severity: 'warning' },
    ]);
    expect(found({ processes: others })).toMatchObject([{ kind: 'service_down', severity: 'warning' }]);
    const longThere = others.map((process) => ({ ...process, started_at: minutesAgo(60) }));
    expect(found({ processes: longThere })).toMatchObject([{ kind: 'service_down', severity: 'critical' }]);
  });

  it('one of several is missed until another one is started', () => {
    const older = { ...executor, started_at: minutesAgo(60) };
    expect(found({ processes: [...others, dead, older] })).toMatchObject([
      { kind: 'process_lost', subject: { ref: 'executor@gone:1' } },
    ]);
    expect(found({ processes: [...others, dead, executor] })).toEqual([]);
  });

  it('of two versions are named', () => {
    const newer = { ...executor, name: 'executor@new:1', version: '1.1.0' };
    expect(found({ processes: [...wellFacts.processes, newer] })).toMatchObject([
      { kind: 'versions_differ', message: expect.stringContaining('1.1.0 on schema 1 (executor@new:1)') },
    ]);
  });
});

it('a dead letter is told of anew when another one comes', () => {
  const letter = {
    id: 'm1',
    type: 'event.created',
    queue: 'executor.events',
    reason: 'boom',
    died_at: minutesAgo(9),
  };
  const another = { ...letter, id: 'm2', died_at: minutesAgo(1) };
  const [one] = found({ dead_letters: [letter] });
  const [two] = found({ dead_letters: [letter, another] });

  expect(one).toMatchObject({ count: 1, command: 'attune dead-letter requeue m1', severity: 'error' });
  expect(two).toMatchObject({ count: 2, since: minutesAgo(9), command: 'attune dead-letter ls' });
  expect(two?.episode).not.toBe(one?.episode);
});

it('what the ledger found is critical, and a check that is long ago is worth a word', () => {
  const imbalances = [{ check: 'matches = enforcements', message: 'events … 4', ids: [4] }];
  expect(found({ ledger: { checked_at: minutesAgo(20), imbalances } })).toMatchObject([
    { kind: 'ledger_unbalanced', severity: 'critical', command: 'attune ledger' },
    { kind: 'ledger_unchecked', severity: 'warning' },
  ]);
});

it.each([
  [
    { id: 1, name: 'w', incarnation: 2, alive: false, recovered: true, cordoned: false },
    'worker_lost',
    'attune worker ls',
  ],
  [
    { id: 1, name: 'w', incarnation: 2, alive: true, recovered: false, cordoned: true },
    'worker_cordoned',
    'attune worker uncordon 1',
  ],
])('a worker %o is found', (worker, kind, command) => {
  const times = { lease_expires_at: null, last_heartbeat: now, cordon_reason: null, cordoned_at: now };
  expect(found({ workers: [{ ...worker, ...times }] })).toMatchObject([{ kind, command }]);
});

it.each(['trigger', 'sensor', 'rule'] as const)('a %s that is disabled is enabled by its command', (type) => {
  const disabled = [
    { type, id: 1, ref: 'ops.x', rules: 2, last_event_at: minutesAgo(1), updated: minutesAgo(9) },
  ];
  expect(found({ disabled })).toMatchObject([
    { kind: `${type}_disabled`, command: `attune ${type} enable ops.x`, since: minutesAgo(9) },
  ]);
});

it('a held match is released by its command, and is an error; one that waits for quiet is not', () => {
  const match = {
    id: 9,
    rule_ref: 'ops.loop',
    trigger_ref: 'ops.tick',
    rule_enabled: true,
    detail: 'a chain',
    due_at: null,
    created: minutesAgo(1),
  };
  const group = (first: DoctorFacts['matches'][number]['first']) => ({
    matches: [{ first, count: 2, more: false }],
  });

  expect(found(group({ ...match, waiting_for: 'release' }))).toMatchObject([
    {
      severity: 'error',
      message: '2 matches of rule ops.loop held, the first is 9',
      command: 'attune enforcement release 9',
    },
  ]);
  expect(isHealthy(found(group({ ...match, waiting_for: 'quiet', due_at: minutesAgo(-1) })))).toBe(true);
});
