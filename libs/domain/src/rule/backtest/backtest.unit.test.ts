import type { RuleForEvaluation } from '../rule-for-evaluation.js';
import { startBacktest } from './backtest.js';
import type { BacktestEvent, BacktestSetup } from './backtest.js';

const start = Date.parse('2026-01-01T00:00:00Z');

const rule: RuleForEvaluation = {
  id: 7,
  ref: 'ops.full',
  version: 1,
  trigger: 1,
  trigger_ref: 'ops.disk',
  pack_ref: 'ops',
  pack_config: { token: 'hunter2' },
  conditions: 'event.payload.n > 1',
  action_ref: 'ops.tell',
  action_params: { n: '{{ event.payload.n }}', token: '{{ pack.config.token }}' },
  action: {
    id: 3,
    ref: 'ops.tell',
    version: 2,
    enabled: true,
    param_schema: null,
    runtime_ref: 'core.noop',
    is_workflow: false,
    timeout_seconds: null,
    retry: null,
    priority: 0,
    default_execution_permission_set_refs: [],
  },
  permission_set_refs: null,
  owner_identity: null,
  owner: null,
  priority: null,
  timeout_seconds: null,
  retry: null,
  dedupe: null,
  throttle: null,
  debounce: null,
};

function event(id: number, payload: unknown, more: Partial<BacktestEvent> = {}): BacktestEvent {
  const created = new Date(start + id * 1_000);
  return { id, trigger: 'ops.disk', payload, created, rule: null, rule_ref: null, ...more };
}

function reportOf(events: readonly BacktestEvent[], setup: Partial<BacktestSetup> = {}) {
  const hide = (parameters: Record<string, unknown>) => parameters;
  const backtest = startBacktest({ rule, hide, distinct: [], ...setup });
  for (const each of events) backtest.take(each);
  return backtest.report();
}

test('every event is counted once, by what became of it', () => {
  const elsewhere = event(4, { n: 9 }, { rule: 8, rule_ref: 'ops.other' });
  const addressed = event(5, { n: 9 }, { rule: 7, rule_ref: 'ops.full' });

  const report = reportOf([event(1, { n: 2 }), event(2, { n: 1 }), event(3, {}), elsewhere, addressed]);

  expect(report).toMatchObject({
    events: 5,
    matches: 2,
    nonMatches: 1,
    errors: 1,
    addressedElsewhere: 1,
    executions: 2,
    failingClauses: [{ path: 'event.payload.n', count: 1, event: 2 }],
    errorExamples: [{ event: 3, message: expect.stringContaining('n') }],
  });
});

test('parameters are hidden before they are kept or counted', () => {
  const hide = (parameters: Record<string, unknown>) => ({ ...parameters, token: null });

  const { matchExamples, distinct } = reportOf([event(1, { n: 2 })], { hide, distinct: ['token'] });

  expect(matchExamples[0]?.parameters).toEqual({ n: 2, token: null });
  expect(distinct['token']?.values).toEqual([{ value: 'null', count: 1 }]);
});

test.each([
  [{ dedupe: { window: '3s' } }, { executions: 3, refusals: { duplicate: 3 } }],
  [{ throttle: { count: 2, window: '1h' } }, { executions: 2, refusals: { throttled: 4 } }],
  // Events 1 to 3 are a burst, 10 another, 20 and 21 the last.
  [{ debounce: { quiet: '5s' } }, { executions: 3, refusals: { superseded: 3 } }],
])('what is held back by %j is no execution', (flow, expected) => {
  const events = [1, 2, 3, 10, 20, 21].map((id) => event(id, { n: 2 }));

  expect(reportOf(events, { rule: { ...rule, ...flow } })).toMatchObject({ matches: 6, ...expected });
});

test('executions are counted by hour, and the busiest minute is told', () => {
  const at = (minutes: number) => ({ created: new Date(start + minutes * 60_000) });
  const times = [at(1), at(1), at(59), at(61), at(61), at(61), at(62), at(300)];

  const { timeline } = reportOf(times.map((time, id) => event(id, { n: 2 }, time)));

  expect(timeline).toEqual({
    hours: [
      { from: new Date(start), count: 3 },
      { from: new Date(start + 3_600_000), count: 4 },
      { from: new Date(start + 5 * 3_600_000), count: 1 },
    ],
    peakHour: { from: new Date(start + 3_600_000), count: 4 },
    peakMinute: { from: new Date(start + 61 * 60_000), count: 3 },
  });
});

test('lists have an end, counts have none', () => {
  const everyHour = (id: number) => event(id, { n: id + 2 }, { created: new Date(start + id * 3_600_000) });
  const none = { ...rule, conditions: 'false' };

  const report = reportOf(
    Array.from({ length: 1_500 }, (_, id) => everyHour(id)),
    {
      distinct: ['n'],
      current: none,
    },
  );

  expect(report.matches).toBe(1_500);
  expect(report.matchExamples).toHaveLength(10);
  expect(report.timeline.hours).toHaveLength(672);
  expect(report.timeline.hours.at(-1)?.from).toEqual(new Date(start + 1_499 * 3_600_000));
  expect(report.distinct['n']).toMatchObject({ count: 1_000, isMore: true });
  expect(report.distinct['n']?.values).toHaveLength(20);
  expect(report.difference?.added.count).toBe(1_500);
  expect(report.difference?.added.events).toHaveLength(100);
});

test('beside another rule, each match is one more, one less, or otherwise', () => {
  const current = { ...rule, conditions: 'event.payload.n < 4', action_params: { n: 2, token: 'hunter2' } };

  const { difference } = reportOf(
    [1, 2, 3, 4].map((n) => event(n, { n })),
    { current },
  );

  expect(difference).toEqual({
    added: { count: 1, events: [4] },
    removed: { count: 1, events: [1] },
    changed: { count: 1, events: [3] },
  });
});
