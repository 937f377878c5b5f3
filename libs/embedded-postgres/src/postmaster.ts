import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Binaries } from './binaries.js';
import type { ServerUser } from './server-user.js';

const pollMs = 10;
const fastStopMs = 20_000;

/** A server process of ours, started by this process or found running. */
export interface Postmaster {
  pid: number;
  port: number;
}

export interface Launch {
  binaries: Binaries;
  user: ServerUser;
  data: string;
  logFile: string;
  port: number | undefined;
  fsync: boolean;
}

/** The server that runs on the data folder, by its postmaster.pid. */
export async function findPostmaster(data: string): Promise<Postmaster | undefined> {
  const lines = (await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  return pid > 0 && port > 0 && isAlive(pid) ? { pid, port } : undefined;
}

/** Starts the server; it listens on loopback only and has no Unix socket. Resolves when it accepts connections. */
export async function launchPostmaster(launch: Launch): Promise<Postmaster> {
  const port = launch.port ?? (await freePort());
  const log = await open(launch.logFile, 'w', 0o600);
  const child = spawn(launch.binaries.postgres, postgresArguments(launch, port), {
    ...launch.user,
    cwd: launch.data,
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  child.unref();
  const failed = once(child, 'exit').then(() => 'exited' as const);
  await once(child, 'spawn');
  await log.close();
  while (!(await isReady(launch.data, port))) {
    if ((await Promise.race([failed, delay(pollMs)])) === 'exited') {
      throw new Error(
        `PostgreSQL on ${launch.data} did not start:\n${await readFile(launch.logFile, 'utf8')}`,
      );
    }
  }
  return { pid: child.pid ?? 0, port };
}

/** Ends sessions and stops the server cleanly; without a clean end in time it is stopped as by a power cut. */
export async function stopPostmaster({ pid }: Postmaster): Promise<void> {
  signal(pid, 'SIGINT');
  const end = performance.now() + fastStopMs;
  while (isAlive(pid)) {
    if (performance.now() > end) signal(pid, 'SIGQUIT');
    await delay(pollMs);
  }
}

function postgresArguments({ data, fsync }: Launch, port: number): string[] {
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 100,
    shared_buffers: '64MB',
    max_wal_size: '512MB',
    jit: 'off',
    ...(fsync ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

async function isReady(data: string, port: number): Promise<boolean> {
  const lines = (await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  return Number(lines[3]) === port && lines[7]?.trim() === 'ready';
}

function isAlive(pid: number): boolean {
  return signal(pid, 0);
}

function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
