import { spawn } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from '@attune/contract';
import { createSecretBox } from '@attune/db';
import { useTestDatabase } from '@attune/db/testing';
import { requestExecutions } from '@attune/intake';
import { rabbitWorld, silentLog } from '@attune/mq/testing';
import type { RabbitWorld } from '@attune/mq/testing';
import { waitUntil } from '@attune/testing';
import { createApi } from '../api.service.js';
import type { Api } from '../api.service.js';
import { testConfig, testPassword } from '../testing/test-api.js';

const total = 10_000;
const batchSize = 250;
const seed = randomInt(2 ** 31);

const database = useTestDatabase();
const config = testConfig({
  security: {
    master_key: randomBytes(32).toString('base64'),
    admin_login: 'ada',
    admin_password: testPassword,
  },
});

interface Note {
  id?: string;
  event: string;
  data: { entity_id: number; change: string };
}

let world: RabbitWorld;
let folder: string;

beforeAll(async () => {
  world = await rabbitWorld({ name: 'resumption' });
  folder = mkdtempSync(join(tmpdir(), 'attune-notes-'));
});

afterAll(async () => {
  await world.dispose();
  rmSync(folder, { recursive: true, force: true });
});

async function startReplica(): Promise<Api> {
  return createApi(config, { db: database.db, bus: await world.open(), log: silentLog });
}

/** mulberry32: the same moments for the same seed. */
function randomOf(start: number): (below: number) => number {
  let state = start;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

async function logIn({ url }: Api): Promise<string> {
  const client = createClient({ baseUrl: url });
  const { data } = await client.auth.login({ body: { login: 'ada', password: testPassword } });
  return data.access_token;
}

/** Real rows, announced as they are in production. */
async function runExecutions(): Promise<number[]> {
  const secrets = createSecretBox({ current: Buffer.alloc(32) });
  const ctx = { db: database.db, publisher: await world.open(), log: silentLog, secrets };
  const request = { actionRef: 'core.echo', parameters: { message: 'x' }, requestedBy: 1 };
  const ids: number[] = [];
  while (ids.length < total) {
    const rows = await requestExecutions(
      ctx,
      Array.from({ length: batchSize }, () => request),
    );
    ids.push(...rows.map(({ id }) => id));
  }
  return ids;
}

function readNotes(file: string): Note[] {
  if (!existsSync(file)) return [];
  const whole = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return whole.map((line) => JSON.parse(line) as Note);
}

test(`a client that is killed again and again, and comes back to whatever server, misses nothing of ${total} changes (seed ${seed})`, async () => {
  const random = randomOf(seed);
  const file = join(folder, 'notes');
  const replicas = [await startReplica(), await startReplica()];
  const token = await logIn(replicas[0]!);
  const follow = ({ url }: Api) => {
    const program = join(__dirname, '../testing/note-changes.program.mjs');
    return spawn(process.execPath, [program, file, token, url], { stdio: ['ignore', 'ignore', 'inherit'] });
  };
  const first = follow(replicas[0]!);
  await waitUntil(() => readNotes(file).length > 0);

  const running = runExecutions();
  let client = first;
  for (let kills = 1; kills <= 5; kills += 1) {
    await pause(100 + random(400));
    client.kill('SIGKILL');
    await once(client, 'exit');
    if (kills === 3) {
      await replicas[0]?.stop();
      replicas[0] = await startReplica();
    }
    client = follow(replicas[kills % 2]!);
  }
  const expected = await running;
  await waitUntil(() => readFileSync(file, 'utf8').includes(`"entity_id":${expected.at(-1)},`), {
    timeoutMs: 60_000,
    intervalMs: 100,
  });
  client.kill('SIGKILL');
  await Promise.all(replicas.map((replica) => replica.stop()));

  const notes = readNotes(file);
  expect([...new Set(notes.map(({ event }) => event))].sort()).toEqual(['alive', 'change']);
  const changes = notes.filter(({ event }) => event === 'change');
  expect(changes.map(({ data }) => `${data.entity_id} ${data.change}`)).toEqual(
    expected.map((id) => `${id} created`),
  );
  const order = changes.map(({ id = '' }) => Number.parseInt(id, 10));
  expect(order).toEqual([...order].sort((a, b) => a - b));
}, 90_000);
