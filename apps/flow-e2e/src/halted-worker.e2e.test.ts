import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finishExecutions, findWorkerByName, getExecution, listAttempts } from '@attune/db';
import { waitUntil } from '@attune/testing';
import { awaitQuiet, readMarks, unequal } from './system/books.testing.js';
import { startFiveProcesses, type FiveProcesses } from './system/five-processes.testing.js';
import { quickLeases, quickRepairs } from './system/test-system.testing.js';

const folder = mkdtempSync(join(tmpdir(), 'attune-halted-'));
const marks = join(folder, 'marks');
const gate = join(folder, 'gate');
const first = { ...quickLeases, ATTUNE__WORKER__NAME: 'first' };
const second = { ...quickLeases, ATTUNE__WORKER__NAME: 'second' };

describe('a worker that stands still for longer than its lease', () => {
  let system: FiveProcesses;

  beforeAll(async () => {
    system = await startFiveProcesses(undefined, { executor: quickRepairs, worker: first });
    const { client } = system;
    await client.packs.create({ body: { ref: 'halted', label: 'Halted', version: '1.0.0' } });
    await client.actions.create({
      body: {
        ref: 'halted.wait',
        label: 'Wait for the gate',
        runtime_ref: 'core.shell',
        entrypoint: `echo "$ATTUNE_EXEC_ID $ATTUNE_ATTEMPT" >> ${marks}\nuntil [ -e ${gate} ]; do sleep 0.05; done\necho done`,
        retry: { count: 1, on: ['lost'] },
      },
    });
  }, 90_000);

  afterAll(async () => {
    system.process('worker').kill('SIGCONT');
    await system.stop();
  });

  it('is taken for lost: another one runs the next attempt, and its own result is refused when it goes on', async () => {
    const { client, database } = system;
    const { data } = await client.executions.execute({ body: { action_ref: 'halted.wait' } });
    await waitUntil(() => readMarks(marks).length === 1);
    const before = await workerNamed(system, 'first');

    system.process('worker').kill('SIGSTOP');
    await system.replicate('worker', second);
    await waitUntil(() => readMarks(marks).length === 2, { message: 'the second attempt' });
    writeFileSync(gate, '');
    const books = await awaitQuiet(database);
    const settled = await getExecution(database.db, data.id);
    system.process('worker').kill('SIGCONT');
    await waitUntil(async () => (await workerNamed(system, 'first')).incarnation > before.incarnation, {
      message: 'the first worker to start anew',
    });
    const late = { id: data.id, attempt: 1, status: 'failed' as const, error: 'too late' };
    const hold = { workerId: before.id, incarnation: before.incarnation };

    expect(await finishExecutions(database.db, [late], hold)).toEqual([]);
    expect(settled).toMatchObject({
      status: 'completed',
      attempt: 2,
      worker: (await workerNamed(system, 'second')).id,
      result: { stdout: 'done\n' },
    });
    expect(await getExecution(database.db, data.id)).toEqual(settled);
    expect(await listAttempts(database.db, data.id)).toMatchObject([
      { attempt: 1, worker: before.id, outcome: 'abandoned' },
      { attempt: 2, worker: settled.worker, outcome: 'completed' },
    ]);
    expect(readMarks(marks)).toEqual([`${data.id} 1`, `${data.id} 2`]);
    expect(unequal(books)).toEqual([]);
    expect(books.imbalances).toEqual([]);
    expect(await awaitQuiet(database)).toMatchObject({
      counts: { executions: 1, executions_settled: 1, attempts_started: 2, attempts_lost: 1 },
    });
  }, 90_000);
});

async function workerNamed({ database }: FiveProcesses, name: string) {
  const worker = await findWorkerByName(database.db, name);
  if (worker === undefined) throw new Error(`there is no worker ${name}`);
  return worker;
}
