import { median, round } from '../statistics.js';
import type { Sides } from './cases.js';
import type { Spent } from './turn.js';

/** One case in one round. */
export interface Figures {
  name: string;
  requests_per_second: Sides<number>;
  p50_ms: Sides<number>;
  p99_ms: Sides<number>;
  server_cpu_ms: Sides<number>;
  /** Time per request of the API, as a multiple of that of the yardstick. */
  cost: number;
}

export type Summary = Figures & { cost_spread: [number, number] };

export function figuresOf(name: string, { ours, yardstick }: Sides<Spent>): Figures {
  const both = (key: keyof Spent, digits: number): Sides<number> => ({
    ours: round(ours[key], digits),
    yardstick: round(yardstick[key], digits),
  });
  return {
    name,
    requests_per_second: both('perSecond', 0),
    p50_ms: both('p50Ms', 1),
    p99_ms: both('p99Ms', 1),
    server_cpu_ms: both('cpuMsPerRequest', 3),
    cost: round(yardstick.perSecond / ours.perSecond, 2),
  };
}

/** Medians of the rounds, which hold the same cases in the same order, and between which values the cost lay. */
export function summarise(rounds: readonly (readonly Figures[])[]): Summary[] {
  return (rounds[0] ?? []).map(({ name }, index) => {
    const group = rounds.flatMap((figures) => figures[index] ?? []);
    const medians = (figure: (figures: Figures) => Sides<number>): Sides<number> => ({
      ours: median(group.map((figures) => figure(figures).ours)),
      yardstick: median(group.map((figures) => figure(figures).yardstick)),
    });
    const costs = group.map(({ cost }) => cost);
    return {
      name,
      requests_per_second: medians((figures) => figures.requests_per_second),
      p50_ms: medians((figures) => figures.p50_ms),
      p99_ms: medians((figures) => figures.p99_ms),
      server_cpu_ms: medians((figures) => figures.server_cpu_ms),
      cost: median(costs),
      cost_spread: [Math.min(...costs), Math.max(...costs)],
    };
  });
}
