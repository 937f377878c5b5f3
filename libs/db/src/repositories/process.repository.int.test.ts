import { createLogger } from '@attune/service';
import { waitUntil } from '@attune/testing';
import { keepPresence } from '../presence.js';
import { makeOlder, useTestDatabase } from '../testing/index.js';
import type { NewProcess } from './process.repository.js';
import { beatProcesses, deleteProcesses, listProcesses } from './process.repository.js';

const database = useTestDatabase();
const log = createLogger('test', { level: 'silent' });

const started_at = new Date(Date.now() - 3_600_000);
const executor: NewProcess = {
  name: 'executor@a:1',
  service: 'executor',
  version: '1.0.0',
  schema_version: 7,
  started_at,
};

beforeEach(async () => void (await database.db.deleteFrom('process').execute()));

const silentFor = (seconds: number) =>
  makeOlder(database.db, 'process', { days: seconds / 86_400, keys: [executor.name], key: 'name' });

it('is alive while it gives signs of life, and keeps the time of its start', async () => {
  const { db } = database;
  await beatProcesses(db, [executor]);
  const [first] = await listProcesses(db);
  await beatProcesses(db, [executor]);
  const [second] = await listProcesses(db);

  expect(first).toMatchObject({ name: executor.name, version: '1.0.0', schema_version: 7, alive: true });
  expect(Math.abs((first?.started_at.getTime() ?? 0) - started_at.getTime())).toBeLessThan(5_000);
  expect(second?.started_at).toEqual(first?.started_at);
});

it('is gone after three that are missing, and forgotten after a day', async () => {
  const { db } = database;
  await beatProcesses(db, [executor]);
  await silentFor(16);
  expect(await listProcesses(db)).toMatchObject([{ alive: false }]);

  await silentFor(86_400);
  await beatProcesses(db, [{ ...executor, name: 'executor@b:1' }]);

  expect(await listProcesses(db)).toMatchObject([{ name: 'executor@b:1', alive: true }]);
});

it('comes back under its name after a day', async () => {
  const { db } = database;
  await beatProcesses(db, [executor]);
  await silentFor(2 * 86_400);
  const again = new Date();

  await beatProcesses(db, [{ ...executor, started_at: again }]);

  const [process] = await listProcesses(db);
  expect(process).toMatchObject({ alive: true });
  expect(process?.started_at.getTime()).toBeGreaterThan(again.getTime() - 5_000);
});

it('signs off', async () => {
  const { db } = database;
  await beatProcesses(db, [executor, { ...executor, name: 'api@a:1', service: 'api' }]);
  await deleteProcesses(db, [executor.name]);

  expect(await listProcesses(db)).toMatchObject([{ name: 'api@a:1' }]);
});

it('a process is there for each of its services until it stops', async () => {
  const { db } = database;
  const presence = await keepPresence(db, { services: ['sensor', 'notifier'], log });
  await waitUntil(async () => (await listProcesses(db)).length === 2);
  expect(await listProcesses(db)).toMatchObject([
    { service: 'notifier', version: expect.stringMatching(/^\d+\.\d+\.\d+/), alive: true },
    { service: 'sensor', schema_version: expect.any(Number), alive: true },
  ]);

  await presence.stop();

  expect(await listProcesses(db)).toEqual([]);
});
