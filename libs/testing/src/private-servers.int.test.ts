import { existsSync } from 'node:fs';
import { connect } from 'amqplib';
import type { ConfirmChannel } from 'amqplib';
import pg from 'pg';
import { isListening } from './free-port.js';
import { startPrivatePostgres } from './private-postgres.js';
import { startPrivateRabbit } from './private-rabbit.js';
import type { PrivateServer } from './private-server.js';
import { testServices } from './test-services.js';

jest.setTimeout(120_000);

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('a private PostgreSQL', () => {
  let server: PrivateServer;
  beforeAll(async () => {
    server = await startPrivatePostgres();
    await query(server.url, 'create table kept as select 42 as answer');
  });
  afterAll(() => server.stop());

  test('is not the shared one', () => {
    expect(new URL(server.url).port).not.toBe(new URL(testServices().databaseUrl).port);
  });

  test.each(['clean', 'crash'] as const)('keeps port and data through a %s restart', async (how) => {
    const before = server.pid();

    await server.restart(how);

    expect(server.pid()).not.toBe(before);
    expect(await query(server.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  test('is gone after a stop, which may be repeated', async () => {
    const other = await startPrivatePostgres();
    const [{ folder } = { folder: '' }] = (await query(
      other.url,
      `select current_setting('data_directory') as folder`,
    )) as { folder: string }[];

    await Promise.all([other.stop(), other.stop()]);

    expect([await isListening(other.port), existsSync(folder)]).toEqual([false, false]);
  });
});

describe('a private RabbitMQ', () => {
  let server: PrivateServer;
  beforeAll(async () => {
    server = await startPrivateRabbit();
    const queue = { durable: true, arguments: { 'x-queue-type': 'quorum' } };
    await onChannel((channel) => channel.assertQueue('kept', queue));
  });
  afterAll(() => server.stop());

  async function onChannel<T>(use: (channel: ConfirmChannel) => Promise<T>): Promise<T> {
    const connection = await connect(server.url);
    try {
      return await use(await connection.createConfirmChannel());
    } finally {
      await connection.close();
    }
  }

  test.each(['clean', 'crash'] as const)(
    'keeps port and confirmed messages through a %s restart',
    async (how) => {
      await onChannel(async (channel) => {
        channel.sendToQueue('kept', Buffer.from(`before ${how}`), { persistent: true });
        await channel.waitForConfirms();
      });
      const before = server.pid();

      await server.restart(how);

      expect(server.pid()).not.toBe(before);
      const message = await onChannel((channel) => channel.get('kept', { noAck: true }));
      expect(message && message.content.toString()).toBe(`before ${how}`);
    },
  );

  test('is gone after a stop, which may be repeated', async () => {
    await server.stop();
    await server.stop();

    expect(await isListening(server.port)).toBe(false);
  });
});
