import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, lstat, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { startEmbeddedPostgres } from './index.js';
import type { EmbeddedPostgres, EmbeddedPostgresOptions } from './index.js';

const asRoot = process.getuid?.() === 0;
const servers: EmbeddedPostgres[] = [];
let folder = '';
let dataDir = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attune-embedded-'));
  await chmod(folder, 0o755);
  dataDir = join(folder, 'postgres');
});
afterEach(async () => {
  const clusters = servers.map((server) => server.cluster);
  await Promise.all(servers.splice(0).map((server) => server.stop()));
  await Promise.all([folder, ...clusters].map((path) => rm(path, { recursive: true, force: true })));
});

async function start(options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, fsync: false, ...options });
  servers.push(server);
  return server;
}

async function query<R extends pg.QueryResultRow>(url: string, sql: string): Promise<R[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<R>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function crashedOwner(): Promise<{ url: string; pid: number }> {
  const program = join(__dirname, 'testing', 'hold-database.program.ts');
  const owner = spawn(process.execPath, ['--import', 'tsx', program, dataDir], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = (await once(owner.stdout.setEncoding('utf8'), 'data')) as [string];
  const server = JSON.parse(line) as { url: string; pid: number };
  await query(server.url, 'create table kept as select 42 as answer');
  owner.kill('SIGKILL');
  await once(owner, 'exit');
  return server;
}

test('a first start makes a database with a password, on loopback only', async () => {
  const { url, port } = await start();

  const [settings] = await query(
    url,
    `select current_setting('listen_addresses') as listen, current_setting('unix_socket_directories') as sockets,
            current_setting('server_encoding') as encoding, current_setting('password_encryption') as passwords`,
  );
  expect(settings).toEqual({
    listen: '127.0.0.1',
    sockets: '',
    encoding: 'UTF8',
    passwords: 'scram-sha-256',
  });
  await expect(query(`postgres://attune:wrong@127.0.0.1:${port}/postgres`, 'select 1')).rejects.toThrow(
    /password/,
  );
});

test('nobody else may read the data or the password', async () => {
  const { cluster } = await start();

  const modes = await Promise.all(
    [join(cluster, 'data'), join(dataDir, 'password')].map((path) => stat(path)),
  );
  expect(modes.map(({ mode }) => mode & 0o777)).toEqual([0o700, 0o600]);
  expect(existsSync(join(cluster, 'initial-password'))).toBe(false);
});

test('durability is on unless it is given up', async () => {
  const { url } = await start({ fsync: true });
  expect(await query(url, 'show fsync')).toEqual([{ fsync: 'on' }]);
});

test('a second start finds the data, on the port that is asked for', async () => {
  const first = await start();
  await query(first.url, 'create table kept as select 42 as answer');
  await first.stop();

  const second = await start({ port: first.port });

  expect(second.url).toBe(first.url);
  expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
});

test('stopping ends the server and may be repeated', async () => {
  const server = await start();

  await Promise.all([server.stop(), server.stop()]);

  expect(existsSync(join(server.cluster, 'data', 'postmaster.pid'))).toBe(false);
  await expect(query(server.url, 'select 1')).rejects.toThrow('ECONNREFUSED');
});

test('health tells when the server is gone', async () => {
  const server = await start();
  expect(server.health()).toEqual({ ok: true });

  process.kill(server.pid, 'SIGQUIT');
  while (server.health().ok) await delay(10);

  expect(server.health()).toEqual({ ok: false, detail: expect.any(String) });
});

test('the server of an owner that was killed is replaced, with the data', async () => {
  const left = await crashedOwner();
  expect(await query(left.url, 'select answer from kept')).toEqual([{ answer: 42 }]);

  const server = await start();

  expect(server.pid).not.toBe(left.pid);
  await expect(query(left.url, 'select 1')).rejects.toThrow('ECONNREFUSED');
  expect(await query(server.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
});

test('a crash of owner and server together is recovered from', async () => {
  const left = await crashedOwner();
  process.kill(left.pid, 'SIGKILL');

  const server = await start();

  expect(await query(server.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
});

test('a process id in postmaster.pid that is another program by now is no obstacle', async () => {
  const first = await start();
  await first.stop();
  const pidFile = join(first.cluster, 'data', 'postmaster.pid');
  await writeFile(pidFile, [process.ppid, '', '', first.port, '', '127.0.0.1', '', 'ready'].join('\n'));

  await expect(start()).resolves.toHaveProperty('port');
});

test('data in use by a living process is refused', async () => {
  await start();
  await expect(start()).rejects.toThrow(`the database in ${dataDir} is used by another running process`);
});

test('a first start that was interrupted leaves nothing in the way', async () => {
  await mkdir(join(dataDir, 'cluster', 'unfinished'), { recursive: true });
  await writeFile(join(dataDir, 'cluster', 'unfinished', 'PG_VERSION'), '18');
  await writeFile(join(dataDir, 'password'), 'of the first try');

  const { url } = await start();

  expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('data whose password is lost is refused with the name of the file', async () => {
  await (await start()).stop();
  await rm(join(dataDir, 'password'));

  await expect(start()).rejects.toThrow(join(dataDir, 'password'));
});

(asRoot ? test : test.skip)(
  'below a private folder root keeps the data where the server can reach it',
  async () => {
    await chmod(folder, 0o700);

    const first = await start();
    await query(first.url, 'create table kept as select 42 as answer');
    await first.stop();
    const second = await start();

    expect((await lstat(join(dataDir, 'cluster'))).isSymbolicLink()).toBe(true);
    expect(second.cluster).not.toContain(folder);
    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  },
);

test('a server that cannot start says why', async () => {
  const other = await start();
  const taken = startEmbeddedPostgres({ dataDir: join(folder, 'other'), port: other.port, fsync: false });

  await expect(taken).rejects.toThrow(/did not start:[^]*Address already in use/);
  expect(await readFile(join(folder, 'other', 'cluster', 'server.log'), 'utf8')).toContain(
    'Address already in use',
  );
});
