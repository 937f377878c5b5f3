import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, isListening } from './free-port.js';
import { guard } from './guard.js';
import type { PrivateServer } from './private-server.js';
import { waitUntil } from './wait-until.js';

const startTimeoutMs = 60_000;

/** Debian keeps the program itself here; the one on PATH changes to another user and to the system's node. */
const debianVersions = '/usr/lib/rabbitmq/lib';
const otherPlaces = ['/opt/homebrew/sbin/rabbitmq-server', '/usr/local/sbin/rabbitmq-server'];

/** The installed rabbitmq-server that runs as any user; `ATTUNE_RABBITMQ_SERVER` names another. */
export async function findRabbitServer(): Promise<string | undefined> {
  const versions = await readdir(debianVersions).catch((): string[] => []);
  const debian = versions.map((version) => join(debianVersions, version, 'sbin', 'rabbitmq-server'));
  const named = process.env['ATTUNE_RABBITMQ_SERVER'];
  return [...(named ? [named] : []), ...debian, ...otherPlaces].find((file) => existsSync(file));
}

/**
 * Takes five to ten seconds; a clean restart a little more than that. A crash may lose queues that were declared in
 * the seconds before it (the server writes their registration late), never confirmed messages in older ones.
 */
export async function startPrivateRabbit(): Promise<PrivateServer> {
  const program = await findRabbitServer();
  if (program === undefined)
    throw new Error('no rabbitmq-server is installed (Debian: apt-get install rabbitmq-server)');
  const port = await freePort();
  const node = { program, port, folder: await prepareFolder(port), distPort: await freePort() };
  let server = await startNode(node);
  let stopped: Promise<void> | undefined;
  return {
    url: `amqp://guest:guest@127.0.0.1:${port}`,
    port,
    pid: () => server.pid,
    restart: async (how = 'clean') => {
      await server.end(how === 'clean' ? 'SIGTERM' : 'SIGKILL');
      server = await startNode(node);
    },
    stop: () =>
      (stopped ??= server.end('SIGKILL').then(() => rm(node.folder, { recursive: true, force: true }))),
  };
}

interface Node {
  program: string;
  port: number;
  distPort: number;
  folder: string;
}

async function prepareFolder(port: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'attune-rabbit-'));
  await mkdir(join(folder, 'home'));
  await writeFile(
    join(folder, 'rabbitmq.conf'),
    `listeners.tcp.default = 127.0.0.1:${port}\ndisk_free_limit.absolute = 50MB\n`,
  );
  await writeFile(join(folder, 'enabled_plugins'), '[].\n');
  return folder;
}

interface RunningNode {
  pid: number;
  end(signal: NodeJS.Signals): Promise<void>;
}

async function startNode(node: Node): Promise<RunningNode> {
  const server = spawn(node.program, [], {
    stdio: 'ignore',
    env: { ...process.env, ...nodeEnvironment(node) },
  });
  const gone = once(server, 'exit');
  const pid = server.pid ?? 0;
  const unguard = guard(pid, [node.folder]);
  const ready = async () => server.exitCode !== null || (await isListening(node.port));
  await waitUntil(ready, { timeoutMs: startTimeoutMs, intervalMs: 50, message: 'rabbitmq-server to listen' });
  if (server.exitCode !== null) throw new Error(`rabbitmq-server did not start:\n${await logOf(node)}`);
  return {
    pid,
    end: async (signal) => {
      server.kill(signal);
      await gone;
      unguard();
    },
  };
}

function nodeEnvironment({ folder, port, distPort }: Node): Record<string, string> {
  return {
    HOME: join(folder, 'home'),
    RABBITMQ_NODENAME: `attune-test-${port}@localhost`,
    RABBITMQ_DIST_PORT: String(distPort),
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
    RABBITMQ_MNESIA_BASE: join(folder, 'data'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_PID_FILE: join(folder, 'pid'),
    // The script becomes the server instead of starting it as a child, so that signals reach the server.
    RUNNING_UNDER_SYSTEMD: 'true',
  };
}

async function logOf({ folder, port }: Node): Promise<string> {
  const log = join(folder, 'log', `attune-test-${port}@localhost.log`);
  return readFile(log, 'utf8').catch(() => '(no log)');
}
