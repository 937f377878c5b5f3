import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

export interface Outcome {
  executions: number;
  seconds: number;
  latenciesMs: number[];
}

/** Waits until every execution caused by events first..last is settled, and reads the times off the rows. */
export async function awaitOutcome(databaseUrl: string, first: number, last: number): Promise<Outcome> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  try {
    const expected = last - first + 1;
    const until = performance.now() + 120_000;
    while ((await settledCount(client, first, last)) < expected) {
      if (performance.now() > until)
        throw new Error(`not all of ${expected} executions were settled in 120 s`);
      await delay(expected > 1 ? 100 : 2);
    }
    return await readTimes(client, first, last);
  } finally {
    await client.end();
  }
}

async function settledCount(client: pg.Client, first: number, last: number): Promise<number> {
  const { rows } = await client.query<{ n: number }>(
    `select count(*)::int as n from attune.execution
     where cause_event between $1 and $2 and settled_at is not null and status = 'completed'`,
    [first, last],
  );
  return rows[0]?.n ?? 0;
}

async function readTimes(client: pg.Client, first: number, last: number): Promise<Outcome> {
  const { rows } = await client.query<{ latency: number; begun: number; ended: number }>(
    `select extract(epoch from x.finished_at - e.created)::float8 * 1000 as latency,
            extract(epoch from e.created)::float8 as begun, extract(epoch from x.settled_at)::float8 as ended
     from attune.execution x join attune.event e on e.id = x.cause_event
     where x.cause_event between $1 and $2`,
    [first, last],
  );
  const begun = rows.reduce((least, row) => Math.min(least, row.begun), Infinity);
  const ended = rows.reduce((most, row) => Math.max(most, row.ended), -Infinity);
  return { executions: rows.length, seconds: ended - begun, latenciesMs: rows.map((row) => row.latency) };
}
