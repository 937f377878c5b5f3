import type pg from 'pg';
import type { Attempt } from './contestant.js';
import type { Sides } from './turns.js';

type Rows = readonly Record<string, unknown>[];

/**
 * Throws unless both sides have left the same rows in execution and execution_attempt, but for ids and the exact
 * times: what is compared is the same work.
 */
export async function checkSameRows(database: pg.Pool, written: Sides<readonly Attempt[]>): Promise<void> {
  const ours = await contents(database, written.ours);
  const raw = await contents(database, written.raw);
  const difference = ours.find((row, index) => row !== raw[index]);
  if (difference !== undefined || ours.length !== raw.length) {
    throw new Error(`the yardstick has left other rows: ours is ${difference}`);
  }
}

async function contents(database: pg.Pool, attempts: readonly Attempt[]): Promise<string[]> {
  const ids = attempts.map(({ id }) => id);
  const executions: Rows = (
    await database.query('select * from attune.execution where id = any($1::bigint[])', [ids])
  ).rows;
  const ended: Rows = (
    await database.query('select * from attune.execution_attempt where execution = any($1::bigint[])', [ids])
  ).rows;
  return [...executions, ...ended].map(content).toSorted();
}

function content(row: Rows[number]): string {
  const own = row['id'] ?? row['execution'];
  const end = Number(row['finished_at']);
  const comparable = (value: unknown) => {
    if (value instanceof Date) return Number(value) === end ? 'its end' : 'a time';
    return value === own ? 'its own id' : value;
  };
  return JSON.stringify(Object.entries(row).map(([column, value]) => [column, comparable(value)]));
}
