import { ensureDatabase, migrate, openDatabase, type Database } from '@attune/db';
import { startEmbeddedPostgres } from '@attune/embedded-postgres';
import { openMemoryBus, openRabbitBus, type Bus } from '@attune/mq';
import type { HealthCheck, Log } from '@attune/service';
import type { AllInOneConfig } from './config.js';
import type { DataDirectory } from './data-directory.js';

/** What the five services share in one process: database and bus. */
export interface Foundation {
  readonly database: Database;
  readonly bus: Bus;
  /** Of the embedded server; absent when a URL was given. */
  serverHealth?(): HealthCheck;
  close(): Promise<void>;
}

/** Starts the embedded server unless a URL was given, brings the schema up to date, opens the bus. */
export async function layFoundation(
  config: AllInOneConfig,
  data: DataDirectory,
  log: Log,
): Promise<Foundation> {
  const server =
    config.database.url === undefined
      ? await startEmbeddedPostgres({ dataDir: data.file('postgres') })
      : undefined;
  try {
    const database = await openMigrated(config, server?.url, log);
    const bus = await openBus(config, log);
    return {
      database,
      bus,
      ...(server ? { serverHealth: () => server.health() } : {}),
      close: async () => {
        await bus.close();
        await database.close();
        await server?.stop();
      },
    };
  } catch (error) {
    await server?.stop();
    throw error;
  }
}

async function openMigrated(
  config: AllInOneConfig,
  serverUrl: string | undefined,
  log: Log,
): Promise<Database> {
  const url =
    serverUrl === undefined ? (config.database.url ?? '') : await ensureDatabase(serverUrl, 'attune');
  const database = openDatabase({ url, poolSize: config.database.pool_size, applicationName: 'attune', log });
  await migrate(database.db).catch(async (error: unknown) => {
    await database.close();
    throw error;
  });
  return database;
}

function openBus({ broker }: AllInOneConfig, log: Log): Promise<Bus> | Bus {
  if (broker.url === undefined) return openMemoryBus({ log });
  return openRabbitBus({ url: broker.url, prefix: broker.prefix, log });
}
