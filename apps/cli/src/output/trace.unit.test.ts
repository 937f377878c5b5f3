import { traceLines } from './trace.js';

const blank = {
  place: 'below' as const,
  hidden: false,
  source: null,
  reason: null,
  clauses: null,
  attempt: null,
  workflow_task: null,
  original_execution: null,
  decided_at: null,
  scheduled_at: null,
  started_at: null,
  finished_at: null,
};
const created = '2026-01-01T00:00:00.000Z';

test('a trace is a tree: each node below what led to it, with what it took', () => {
  const event = {
    ...blank,
    place: 'above' as const,
    node: 0,
    cause: null,
    kind: 'event' as const,
    id: 7,
    ref: 'ops.disk',
    status: 'evaluated',
    source: { kind: 'sensor' as const, ref: 'ops.watch', delivery: null },
    created,
    decided_at: '2026-01-01T00:00:00.012Z',
  };
  const hidden = {
    ...blank,
    node: 1,
    cause: 0,
    kind: 'enforcement' as const,
    hidden: true,
    id: null,
    ref: null,
    status: null,
    created: null,
  };
  const execution = {
    ...blank,
    place: 'here' as const,
    node: 2,
    cause: 1,
    kind: 'execution' as const,
    id: 9,
    ref: 'core.noop',
    status: 'completed',
    workflow_task: 'tell',
    created,
    finished_at: '2026-01-01T00:00:01.500Z',
  };

  expect(traceLines({ nodes: [event, hidden, execution], complete: false })).toEqual([
    `event 7 ops.disk: evaluated, by sensor ops.watch [${created}, decided +12 ms]`,
    '  enforcement (hidden)',
    `    ▶ execution 9 core.noop: completed, task tell [${created}, finished +1500 ms]`,
    'there is more than is shown: --depth, --limit',
  ]);
});
