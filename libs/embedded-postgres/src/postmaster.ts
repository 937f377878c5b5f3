import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { open, readFile, rm } from 'node:fs/promises';
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
  const [pid, , , port] = (await pidFileOf(data)).map(Number);
  return pid !== undefined && port !== undefined && isRunning(pid) ? { pid, port } : undefined;
}

/**
 * Removes the postmaster.pid of a server that is gone. PostgreSQL does so itself, except while its process id
 * still exists: as a zombie nobody reaps, or as some other program of the same user.
 */
export async function forgetPostmaster(data: string): Promise<void> {
  await rm(join(data, 'postmaster.pid'), { force: true });
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
  while (isRunning(pid)) {
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
  const lines = await pidFileOf(data);
  return Number(lines[3]) === port && lines[7]?.trim() === 'ready';
}

/** Lines: process id, data folder, start time, port, socket folder, address, shared memory, status. */
async function pidFileOf(data: string): Promise<string[]> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '');
  return text === '' ? [] : text.split('\n');
}

/** A process that ended but was not reaped by its parent is not running. */
function isRunning(pid: number): boolean {
  return signal(pid, 0) && !isZombie(pid);
}

function isZombie(pid: number): boolean {
  if (process.platform !== 'linux') return false;
  try {
    return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
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
