import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listExecutions } from '@attune/db';
import { startPrivatePostgres, startPrivateRabbit, waitUntil, type PrivateServer } from '@attune/testing';
import { awaitQuiet, readMarks, repeated, unequal } from './system/books.testing.js';
import { defineMarks, happened } from './system/definitions.testing.js';
import { startFiveProcesses } from './system/five-processes.testing.js';
import type { TestSystem } from './system/test-system.testing.js';

const total = 200;

describe('five processes', () => {
  let postgres: PrivateServer;
  let rabbit: PrivateServer;
  let system: TestSystem;
  const marks = join(mkdtempSync(join(tmpdir(), 'attune-marks-')), 'marks');

  beforeAll(async () => {
    [postgres, rabbit] = await Promise.all([startPrivatePostgres({ fsync: true }), startPrivateRabbit()]);
    system = await startFiveProcesses({ databaseUrl: postgres.url, amqpUrl: rabbit.url });
    await defineMarks(system.client);
  }, 120_000);

  afterAll(async () => {
    await system.stop();
    await Promise.all([postgres.stop(), rabbit.stop()]);
  });

  it('complete every event, none twice, while RabbitMQ and PostgreSQL are restarted', async () => {
    const recording = recordOneByOne(system, marks);
    await waitUntil(() => readMarks(marks).length >= 20, { timeoutMs: 60_000 });
    await rabbit.restart('crash');
    await waitUntil(() => readMarks(marks).length >= 60, { timeoutMs: 60_000 });
    await postgres.restart('crash');
    await recording;
    const books = await awaitQuiet(system.database, 90_000);

    expect(unequal(books)).toEqual([]);
    expect(books.imbalances).toEqual([]);
    expect(books.counts).toMatchObject({ events_accepted: total, executions_settled: total });
    expect(repeated(readMarks(marks))).toEqual([]);
    expect(await unmarked(system, marks)).toEqual([]);
  }, 240_000);
});

/** Executions whose program has left no mark, and what became of them instead. */
async function unmarked({ database }: TestSystem, file: string): Promise<string[]> {
  const marked = new Set(readMarks(file).map((line) => Number(line.split(' ')[0])));
  const { items } = await listExecutions(database.db, {}, { limit: 1_000 });
  return items
    .filter(({ id }) => !marked.has(id))
    .map(({ id, status, attempt, error }) => `execution ${id}, attempt ${attempt}: ${status}, ${error}`);
}

async function recordOneByOne({ client }: TestSystem, file: string): Promise<void> {
  for (let n = 0; n < total; n += 1) {
    const dedupe_key = randomUUID();
    const body = { trigger_ref: happened, payload: { n: 2 * n + 1, file }, dedupe_key };
    await waitUntil(() => client.events.record({ body }), {
      timeoutMs: 90_000,
      intervalMs: 50,
      message: `event ${n} to be accepted`,
    });
  }
}
