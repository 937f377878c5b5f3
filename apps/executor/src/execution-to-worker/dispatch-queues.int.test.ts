import { getWorker, listDispatchQueues, releaseWorker, setWorkerCordon } from '@attune/db';
import { makeWorker, useTestDatabase } from '@attune/db/testing';
import { openMemoryBus } from '@attune/mq';

import { silentLog } from '../context.testing.js';
import { createDispatchQueues } from './dispatch-queues.js';

const database = useTestDatabase();
const bus = openMemoryBus({ log: silentLog });

const freshly = () => createDispatchQueues(database.db, bus);

it('knows the queues of live workers', async () => {
  await makeWorker(database.db, { capabilities: { runtimes: ['shell', 'python'] } });

  expect(await freshly().served()).toEqual(new Set(['dispatch.shell', 'dispatch.python']));
});

it('counts neither workers that have left nor those that are cordoned nor sensors', async () => {
  const gone = await makeWorker(database.db, { capabilities: { runtimes: ['ruby'] } });
  await releaseWorker(database.db, await getWorker(database.db, gone.id));
  const cordoned = await makeWorker(database.db, { capabilities: { runtimes: ['go'] } });
  await setWorkerCordon(database.db, cordoned.id, { reason: 'maintenance' });
  await makeWorker(database.db, { worker_role: 'sensor', capabilities: { runtimes: ['perl'] } });

  const served = await freshly().served();

  expect(served).not.toContain('dispatch.ruby');
  expect(served).not.toContain('dispatch.go');
  expect(served).not.toContain('dispatch.perl');
});

it('asks the database at most once a second', async () => {
  const queues = freshly();
  const before = await queues.served();
  await makeWorker(database.db, { capabilities: { runtimes: ['lua'] } });

  expect(await queues.served()).toBe(before);
  expect(await freshly().served()).toContain('dispatch.lua');
});

it('makes a queue exist on the bus and in the database', async () => {
  const placement = { selector: { gpu: 'yes' } };

  await freshly().ensure([{ queue: 'dispatch.cuda.1', runtime: 'cuda', placement }]);

  expect(await bus.queueDepth('dispatch.cuda.1')).toBe(0);
  expect(await listDispatchQueues(database.db)).toContainEqual(
    expect.objectContaining({ name: 'dispatch.cuda.1', runtime: 'cuda', placement }),
  );
});
