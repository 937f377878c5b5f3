import { median, round } from '../statistics.js';
import type { Verb } from './life.js';
import type { Spent } from './spent.js';
import type { Load, Sides } from './turns.js';

/** One verb under one load in one round. */
export interface Figures {
  verb: Verb;
  batch: number;
  connections: number;
  rows_per_second: Sides<number>;
  /** Time per row of the repository, as a multiple of that by hand. */
  cost: number;
  statements_per_batch: Sides<number>;
  /** Of the turn in which others wrote least. */
  wal_bytes_per_row: Sides<number>;
  client_cpu_us_per_row: Sides<number>;
}

export function figuresOf(verb: Verb, { batch, connections }: Load, spent: Sides<Spent[]>): Figures {
  const both = (figure: (turns: readonly Spent[]) => number, digits: number): Sides<number> => ({
    ours: round(figure(spent.ours), digits),
    raw: round(figure(spent.raw), digits),
  });
  return {
    verb,
    batch,
    connections,
    rows_per_second: both((turns) => 1 / perRow(turns, 'seconds'), 0),
    cost: round(perRow(spent.ours, 'seconds') / perRow(spent.raw, 'seconds'), 2),
    statements_per_batch: both((turns) => perRow(turns, 'statements') * batch, 2),
    wal_bytes_per_row: both((turns) => Math.min(...turns.map((turn) => perRow([turn], 'walBytes'))), 0),
    client_cpu_us_per_row: both((turns) => perRow(turns, 'cpuSeconds') * 1_000_000, 1),
  };
}

export type Summary = Figures & { cost_spread: [number, number] };

/** Medians of the rounds, which hold the same figures in the same order, and between which values the cost lay. */
export function summarise(rounds: readonly (readonly Figures[])[]): Summary[] {
  return (rounds[0] ?? []).map((first, index) => {
    const group = rounds.flatMap((round) => round[index] ?? []);
    const medians = (figure: (figures: Figures) => Sides<number>): Sides<number> => ({
      ours: median(group.map((figures) => figure(figures).ours)),
      raw: median(group.map((figures) => figure(figures).raw)),
    });
    const costs = group.map(({ cost }) => cost);
    return {
      ...first,
      rows_per_second: medians((figures) => figures.rows_per_second),
      cost: median(costs),
      cost_spread: [Math.min(...costs), Math.max(...costs)],
      statements_per_batch: medians((figures) => figures.statements_per_batch),
      wal_bytes_per_row: medians((figures) => figures.wal_bytes_per_row),
      client_cpu_us_per_row: medians((figures) => figures.client_cpu_us_per_row),
    };
  });
}

function perRow(turns: readonly Spent[], key: Exclude<keyof Spent, 'rows'>): number {
  const sum = (of: keyof Spent) => turns.reduce((total, turn) => total + turn[of], 0);
  return sum(key) / sum('rows');
}
