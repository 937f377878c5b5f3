import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { findBinaries } from './binaries.js';
import { settleHome, sharedFolder } from './cluster-home.js';
import { initialise, superuser } from './initialise.js';
import { findPostmaster, forgetPostmaster, launchPostmaster, stopPostmaster } from './postmaster.js';
import type { Postmaster } from './postmaster.js';
import { serverUser } from './server-user.js';

/** Any number; held by the one process that uses a data folder. */
const ownerLock = 4_180_017;

const refused = 'ECONNREFUSED';

/** Longest wait for a server that does not listen yet, and for one that recovers or shuts down (its SQLSTATE). */
const patienceMs: Record<string, number> = { [refused]: 2000, '57P03': 60_000 };

export interface EmbeddedPostgresOptions {
  /** Kept between runs; made on first use. */
  dataDir: string;
  /** Default: a free one. */
  port?: number;
  /** False only for throw-away data: faster, and lost at a power cut. */
  fsync?: boolean;
}

export interface EmbeddedPostgres {
  /** Superuser on database `postgres`, with the password. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Where the database files are; not below dataDir when the server's user could not reach it there. */
  readonly cluster: string;
  health(): { ok: boolean; detail?: string };
  /** Stops the server cleanly. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL from the installed binaries on `dataDir`: loopback only, password in `dataDir/password` (0600).
 * A server left behind by a killed process is stopped first; then recovery is that of a clean restart.
 * Throws when another live process uses the data folder.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir, port, fsync = true } = options;
  const user = serverUser();
  const home = await settleHome(dataDir, user);
  const binaries = await findBinaries(user, sharedFolder());
  const { data, password } = await initialise({ home, binaries, user, fsync });
  const access = { dataDir, password };

  await endLeftover(data, access);
  const logFile = join(home.cluster, 'server.log');
  const server = await launchPostmaster({ binaries, user, data, logFile, port, fsync });
  const owner = await own(server, access);

  let stopped: Promise<void> | undefined;
  return {
    url: urlOf(server, access),
    port: server.port,
    pid: server.pid,
    cluster: home.cluster,
    health: () => owner.health(),
    stop: () => (stopped ??= owner.release().then(() => stopPostmaster(server))),
  };
}

interface Access {
  dataDir: string;
  password: string;
}

interface Owner {
  health(): { ok: boolean; detail?: string };
  release(): Promise<void>;
}

function urlOf(server: Postmaster, { password }: Access): string {
  return `postgres://${superuser}:${password}@127.0.0.1:${server.port}/postgres`;
}

async function endLeftover(data: string, access: Access): Promise<void> {
  const leftover = await findPostmaster(data);
  if (leftover === undefined) return forgetPostmaster(data);
  const owner = await own(leftover, access).catch(ignoreStranger);
  if (owner === undefined) return forgetPostmaster(data);
  await stopPostmaster(leftover);
  await owner.release();
}

/** A connection refused for long says that the process id in postmaster.pid belongs to some other program by now. */
function ignoreStranger(error: NodeJS.ErrnoException): undefined {
  if (error.code !== refused) throw error;
}

/** Holds the data folder for this process by a lock that ends with its connection, however the process ends. */
async function own(server: Postmaster, access: Access): Promise<Owner> {
  const client = await connect(urlOf(server, access));
  let failure: string | undefined;
  client.on('error', (error) => (failure = error.message));
  const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_lock($1) as held', [
    ownerLock,
  ]);
  if (rows[0]?.held !== true) {
    await client.end();
    throw new Error(`the database in ${access.dataDir} is used by another running process`);
  }
  return {
    health: () => (failure === undefined ? { ok: true } : { ok: false, detail: failure }),
    release: () => client.end(),
  };
}

async function connect(url: string): Promise<pg.Client> {
  const started = performance.now();
  for (;;) {
    const client = new pg.Client({
      connectionString: url,
      application_name: 'attune embedded owner',
      keepAlive: true,
    });
    try {
      await client.connect();
      return client;
    } catch (error) {
      const patience = patienceMs[String((error as { code?: unknown }).code)] ?? 0;
      if (performance.now() - started > patience) throw error;
      await delay(50);
    }
  }
}
