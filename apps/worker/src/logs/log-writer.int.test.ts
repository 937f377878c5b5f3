import { listLogChunks, openDatabase } from '@attune/db';
import { makeExecution, useTestDatabase } from '@attune/db/testing';
import { notice } from '@attune/mq';
import { recordPublisher, silentLog } from '@attune/mq/testing';
import { startTcpProxy, waitUntil } from '@attune/testing';
import type { Session } from '../presence/session.js';
import { LogWriter } from './log-writer.js';

const database = useTestDatabase();
const subject = { ref: 'core.echo', packRef: 'core', root: 1, identityId: 7 };

async function setUp(db = database.db) {
  const publisher = recordPublisher();
  const lost = new AbortController();
  const session: Session = { hold: { workerId: 1, incarnation: 1 }, signal: lost.signal };
  const writer = new LogWriter({ db, publisher, log: silentLog });
  const open = async (secrets: string[] = []) => {
    const { id } = await makeExecution(database.db, { status: 'running' });
    return { id, output: writer.open({ executionId: id, attempt: 1, subject, session, secrets }) };
  };
  const contents = async (id: number) =>
    (await listLogChunks(database.db, id, { limit: 1_000 })).map(({ stream, content }) => [stream, content]);
  return { publisher, lost, writer, open, contents };
}

const bytes = (text: string): Buffer => Buffer.from(text);

test('output is stored soon, while the run goes on', async () => {
  const { open, contents } = await setUp();
  const { id, output } = await open();
  void output.write('stdout', bytes('one\n'));
  await waitUntil(async () => (await contents(id)).length === 1, { timeoutMs: 1_000 });
  void output.write('stdout', bytes('two\n'));
  await output.close();
  expect(await contents(id)).toEqual([
    ['stdout', 'one\n'],
    ['stdout', 'two\n'],
  ]);
});

test('what several runs say within a moment is one statement and one notice', async () => {
  const { open, contents, publisher } = await setUp();
  const runs = [await open(), await open(), await open()];
  for (const { output } of runs) void output.write('stdout', bytes('hello'));
  await Promise.all(runs.map(({ output }) => output.close()));
  for (const { id } of runs) expect(await contents(id)).toEqual([['stdout', 'hello']]);
  expect(publisher.bodies(notice)).toEqual([
    {
      changes: runs.map(({ id }) => ({
        entityType: 'execution_log',
        entityId: id,
        change: 'created',
        ...subject,
      })),
    },
  ]);
});

test('a run that says nothing costs nothing', async () => {
  const { open, contents, publisher } = await setUp();
  const { id, output } = await open();
  await output.close();
  expect(await contents(id)).toEqual([]);
  expect(publisher.published).toEqual([]);
});

test('closing brings out what was held back', async () => {
  const { open, contents } = await setUp();
  const { id, output } = await open(['hunter2']);
  void output.write('stdout', bytes('it is hunter'));
  output.note('about to end');
  await output.close();
  expect(await contents(id)).toEqual([
    ['stdout', 'it is '],
    ['system', 'about to end\n'],
    ['stdout', 'hunter'],
  ]);
});

test('characters that cannot be stored do not lose the rest', async () => {
  const { open, contents } = await setUp();
  const { id, output } = await open();
  void output.write('stdout', Buffer.from([0x61, 0x00, 0xff, 0x62]));
  await output.close();
  expect(await contents(id)).toEqual([['stdout', 'a\ufffd\ufffdb']]);
});

test('a run whose row is gone holds up no other', async () => {
  const { open, contents, writer } = await setUp();
  const { id, output } = await open();
  const session: Session = { hold: { workerId: 1, incarnation: 1 }, signal: new AbortController().signal };
  const orphan = writer.open({ executionId: 999_999, attempt: 1, subject, session, secrets: [] });
  void orphan.write('stdout', bytes('nobody'));
  void output.write('stdout', bytes('somebody'));
  await Promise.all([orphan.close(), output.close()]);
  expect(await contents(id)).toEqual([['stdout', 'somebody']]);
});

describe('while the database is away', () => {
  async function broken() {
    const proxy = await startTcpProxy({ port: Number(new URL(database.url).port) });
    const away = openDatabase({ url: proxy.through(database.url), poolSize: 2 });
    const world = await setUp(away.db);
    const close = async () => {
      proxy.restore();
      await away.close();
      await proxy.close();
    };
    return { ...world, proxy, close };
  }

  test('programs are held back when too much waits, and nothing is lost', async () => {
    const { open, contents, proxy, close } = await broken();
    const { id, output } = await open();
    proxy.cut();
    const held: Promise<void>[] = [];
    const piece = 'x'.repeat(1024 * 1024);
    for (let count = 0; count < 6; count++) {
      const busy = output.write('stdout', bytes(piece));
      if (busy !== undefined) held.push(busy);
    }
    expect(held.length).toBeGreaterThan(0);
    proxy.restore();
    await Promise.all(held);
    await output.close();
    const text = (await contents(id)).map(([, content]) => content).join('');
    expect(text).toHaveLength(6 * piece.length);
    await close();
  });

  test('a session that is over waits for nothing', async () => {
    const { open, proxy, lost, close } = await broken();
    const { output } = await open();
    proxy.cut();
    void output.write('stdout', bytes('never seen'));
    const closed = output.close();
    lost.abort();
    await expect(closed).resolves.toBeUndefined();
    await close();
  });
});
