import { figuresOf, summarise } from './report.js';
import type { Spent } from './spent.js';

const load = { rows: 30, batch: 10, connections: 1 };

function turn(values: Partial<Spent>): Spent {
  return { rows: 10, seconds: 0.1, cpuSeconds: 0.001, statements: 1, walBytes: 1_000, ...values };
}

it('sets the time of all turns of one side against that of the other', () => {
  const ours = [turn({ seconds: 0.1 }), turn({ seconds: 0.2 }), turn({ seconds: 0.3, statements: 4 })];
  const raw = [turn({ seconds: 0.3 }), turn({}), turn({})];

  expect(figuresOf('claim', load, { ours, raw })).toEqual({
    verb: 'claim',
    batch: 10,
    connections: 1,
    rows_per_second: { ours: 50, raw: 60 },
    cost: 1.2,
    statements_per_batch: { ours: 2, raw: 1 },
    wal_bytes_per_row: { ours: 100, raw: 100 },
    client_cpu_us_per_row: { ours: 100, raw: 100 },
  });
});

it('takes the log of the turn in which others wrote least', () => {
  const ours = [turn({ walBytes: 9_000 }), turn({ walBytes: 5_000 })];
  const raw = [turn({ walBytes: 70_000 }), turn({ walBytes: 4_000 })];

  expect(figuresOf('insert', load, { ours, raw }).wal_bytes_per_row).toEqual({ ours: 500, raw: 400 });
});

it('answers medians of the rounds for each verb and load, and the spread of the cost', () => {
  const round = (seconds: number) => [
    figuresOf('insert', load, { ours: [turn({ seconds })], raw: [turn({})] }),
    figuresOf('finish', load, { ours: [turn({})], raw: [turn({})] }),
  ];

  const [insert, finish] = summarise([round(0.1), round(0.4), round(0.2)]);

  expect(insert).toMatchObject({ verb: 'insert', cost: 2, cost_spread: [1, 4] });
  expect(insert?.rows_per_second).toEqual({ ours: 50, raw: 100 });
  expect(finish).toMatchObject({ verb: 'finish', cost: 1, cost_spread: [1, 1] });
});
