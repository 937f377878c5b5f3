import { figuresOf, summarise } from './report.js';
import type { Spent } from './turn.js';

function spent(values: Partial<Spent>): Spent {
  return { perSecond: 1_000, p50Ms: 1, p99Ms: 3, cpuMsPerRequest: 0.5, ...values };
}

it('sets the time of a request of the API against that of the yardstick', () => {
  const figures = figuresOf('one', { ours: spent({ perSecond: 400, p99Ms: 9.04 }), yardstick: spent({}) });

  expect(figures).toEqual({
    name: 'one',
    requests_per_second: { ours: 400, yardstick: 1_000 },
    p50_ms: { ours: 1, yardstick: 1 },
    p99_ms: { ours: 9, yardstick: 3 },
    server_cpu_ms: { ours: 0.5, yardstick: 0.5 },
    cost: 2.5,
  });
});

it('answers medians of the rounds for each case, and the spread of the cost', () => {
  const round = (perSecond: number) => [
    figuresOf('one', { ours: spent({ perSecond }), yardstick: spent({}) }),
    figuresOf('other', { ours: spent({}), yardstick: spent({}) }),
  ];

  const [one, other] = summarise([round(1_000), round(250), round(500)]);

  expect(one).toMatchObject({ name: 'one', cost: 2, cost_spread: [1, 4] });
  expect(one?.requests_per_second).toEqual({ ours: 500, yardstick: 1_000 });
  expect(other).toMatchObject({ name: 'other', cost: 1, cost_spread: [1, 1] });
});
