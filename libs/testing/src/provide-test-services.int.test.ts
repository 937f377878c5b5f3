import pg from 'pg';
import { canProvideRabbit, providePostgres, provideRabbit } from './provide-test-services.js';
import { testServices } from './test-services.js';

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

test('a URL in the environment is taken as it is, and left alone', async () => {
  process.env['ATTUNE_TEST_DATABASE_URL'] = 'postgres://given';
  process.env['ATTUNE_TEST_AMQP_URL'] = 'amqp://given';

  const [database, broker] = [await providePostgres(), await provideRabbit()];

  expect([database.url, broker.url]).toEqual(['postgres://given', 'amqp://given']);
  expect(await canProvideRabbit()).toBe(true);
  await Promise.all([database.stop(), broker.stop()]);
});

test('without one, a PostgreSQL is found or started on which databases can be made', async () => {
  delete process.env['ATTUNE_TEST_DATABASE_URL'];

  const database = await providePostgres();

  const client = new pg.Client(database.url);
  await client.connect();
  const { rows } = await client.query('select rolcreatedb from pg_roles where rolname = current_user');
  await client.end();
  await database.stop();
  expect(rows).toEqual([{ rolcreatedb: true }]);
});

test('a run without addresses says how tests get them', () => {
  delete process.env['ATTUNE_TEST_DATABASE_URL'];
  expect(() => testServices()).toThrow('ATTUNE_TEST_DATABASE_URL is not set: run the tests through jest');
});
