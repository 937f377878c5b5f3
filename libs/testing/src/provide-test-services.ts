import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { connect as amqpConnect } from 'amqplib';
import pg from 'pg';
import { isListening } from './free-port.js';
import { findRabbitServer, startPrivateRabbit } from './private-rabbit.js';
import { startPrivatePostgres } from './private-postgres.js';

/** Oldest PostgreSQL whose SQL we stay within. */
const oldestPostgres = 150_000;

export interface ProvidedService {
  url: string;
  /** How it was found, for people. */
  from: string;
  /** Ends what was started for this run; leaves what was there. */
  stop(): Promise<void>;
}

/**
 * PostgreSQL for a test run: `ATTUNE_TEST_DATABASE_URL`, the server on the standard port, a container, or the
 * embedded one.
 */
export async function providePostgres(): Promise<ProvidedService> {
  const given = process.env['ATTUNE_TEST_DATABASE_URL'];
  if (given) return { url: given, from: 'ATTUNE_TEST_DATABASE_URL', stop: leave };
  const local = await localPostgres();
  if (local !== undefined) return { url: local, from: 'local server', stop: leave };
  if (hasContainerEngine()) return postgresContainer();
  const server = await startPrivatePostgres();
  return { url: server.url, from: 'embedded server', stop: () => server.stop() };
}

/** RabbitMQ likewise: `ATTUNE_TEST_AMQP_URL`, the standard port, a container, or a private installed one. */
export async function provideRabbit(): Promise<ProvidedService> {
  const given = process.env['ATTUNE_TEST_AMQP_URL'];
  if (given) return { url: given, from: 'ATTUNE_TEST_AMQP_URL', stop: leave };
  const local = 'amqp://guest:guest@127.0.0.1:5672';
  if (await acceptsAmqp(local)) return { url: local, from: 'local server', stop: leave };
  if (hasContainerEngine()) return rabbitContainer();
  const server = await startPrivateRabbit();
  return { url: server.url, from: 'private server', stop: () => server.stop() };
}

/** Whether tests find or can start a broker; the launcher installs one otherwise. */
export async function canProvideRabbit(): Promise<boolean> {
  if (process.env['ATTUNE_TEST_AMQP_URL'] || hasContainerEngine()) return true;
  return (await findRabbitServer()) !== undefined || isListening(5672);
}

async function leave(): Promise<void> {}

async function localPostgres(): Promise<string | undefined> {
  if (!(await isListening(5432))) return undefined;
  for (const login of ['postgres', 'postgres:postgres']) {
    const url = `postgres://${login}@127.0.0.1:5432/postgres`;
    if (await letsCreateDatabases(url)) return url;
  }
  return undefined;
}

async function letsCreateDatabases(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3000 });
  try {
    await client.connect();
    const { rows } = await client.query<{ may: boolean }>(
      `select (rolsuper or rolcreatedb) and current_setting('server_version_num')::int >= $1 as may
         from pg_roles where rolname = current_user`,
      [oldestPostgres],
    );
    return rows[0]?.may === true;
  } catch {
    return false;
  } finally {
    await client.end();
  }
}

async function acceptsAmqp(url: string): Promise<boolean> {
  if (!(await isListening(Number(new URL(url).port)))) return false;
  try {
    await (await amqpConnect(url)).close();
    return true;
  } catch {
    return false;
  }
}

function hasContainerEngine(): boolean {
  if (process.env['DOCKER_HOST']) return true;
  const sockets = ['/var/run/docker.sock', `${homedir()}/.docker/run/docker.sock`];
  return sockets.some((socket) => existsSync(socket));
}

async function postgresContainer(): Promise<ProvidedService> {
  const { PostgreSqlContainer } = await import('@testcontainers/postgresql');
  const container = await new PostgreSqlContainer('postgres:18-alpine').start();
  return {
    url: container.getConnectionUri(),
    from: 'container',
    stop: async () => void (await container.stop()),
  };
}

async function rabbitContainer(): Promise<ProvidedService> {
  const { RabbitMQContainer } = await import('@testcontainers/rabbitmq');
  const container = await new RabbitMQContainer('rabbitmq:4-alpine').start();
  return { url: container.getAmqpUrl(), from: 'container', stop: async () => void (await container.stop()) };
}
