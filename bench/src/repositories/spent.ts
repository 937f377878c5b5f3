import { walPosition } from '../wal-position.js';
import type { Contestant } from './contestant.js';
import type { Ground } from './ground.js';

/** What one turn took. */
export interface Spent {
  rows: number;
  seconds: number;
  /** Of this process: what driver and repository compute. */
  cpuSeconds: number;
  statements: number;
  /** Of the whole server: what others write meanwhile is in it. */
  walBytes: number;
}

export async function measure<Row>(
  { observer }: Ground,
  contestant: Contestant,
  work: () => Promise<Row[]>,
): Promise<{ spent: Spent; done: Row[] }> {
  const statements = await contestant.statements();
  const wal = await walPosition(observer);
  const cpu = process.cpuUsage();
  const start = performance.now();
  const done = await work();
  const seconds = (performance.now() - start) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  const spent = {
    rows: done.length,
    seconds,
    cpuSeconds: (user + system) / 1_000_000,
    statements: (await contestant.statements()) - statements,
    walBytes: (await walPosition(observer)) - wal,
  };
  return { spent, done };
}
