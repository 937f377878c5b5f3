import { existsSync } from 'node:fs';
import {
  finishExecutions,
  findWorkerByName,
  getExecution,
  openDatabase,
  releaseWorker,
  setWorkerCordon,
  takeLostExecutions,
} from '@attune/db';
import type { Database } from '@attune/db';
import { describeLifecycle, startTcpProxy, waitUntil } from '@attune/testing';
import type { TcpProxy } from '@attune/testing';
import { describeOnBuses } from './worker.testing.js';
import type { WorkerWorld } from './worker.testing.js';

const file = { file: { type: 'string' } };
const abandon = { limit: 100, decideRetry: () => undefined };

describeOnBuses('a worker in trouble', (world) => {
  const registered = async (name: string) => (await findWorkerByName(world.db, name))!;

  test('that lost its lease ends its runs, starts anew, and its late results change nothing', async () => {
    const action = await world.action({
      entrypoint: 'trap "" TERM; echo $$ >> "$file"; while :; do sleep 0.05; done',
      param_schema: file,
    });
    await world.startWorker({
      worker: { name: 'forgotten' },
      lease: { heartbeat_ms: 100, lost_after_ms: 60_000 },
    });
    const [execution] = await world.schedule(action, { file: world.marks.path });
    await waitUntil(() => world.marks.read().length === 1);

    const before = await registered('forgotten');
    await releaseWorker(world.db, before);
    expect(await takeLostExecutions(world.db, abandon)).toMatchObject([
      { id: execution!.id, status: 'abandoned' },
    ]);
    await waitUntil(async () => (await registered('forgotten')).incarnation === before.incarnation + 1);

    await waitUntil(() => !existsSync(`/proc/${world.marks.read()[0]}`));
    const quick = await world.action({ entrypoint: 'echo again' });
    const [next] = await world.ended(await world.schedule(quick, {}));
    expect(next).toMatchObject({ status: 'completed', incarnation: before.incarnation + 1 });
    expect(await getExecution(world.db, execution!.id)).toMatchObject({ status: 'abandoned', result: null });
    expect(
      await finishExecutions(world.db, [{ id: execution!.id, attempt: 1, status: 'completed' }], {
        workerId: before.id,
        incarnation: before.incarnation,
      }),
    ).toEqual([]);
  });

  test('that is stopped lets its runs end, takes no more, and leaves', async () => {
    const action = await world.action({
      entrypoint: 'echo begin >> "$file"; sleep 0.5; echo end >> "$file"',
      param_schema: file,
    });
    const worker = await world.startWorker({ worker: { name: 'leaving', slots: 2 } });
    const executions = await world.schedule(
      action,
      ...Array.from({ length: 5 }, () => ({ file: world.marks.path })),
    );
    await waitUntil(() => world.marks.read().length >= 2);
    await worker.stop();

    const rows = await Promise.all(executions.map(({ id }) => getExecution(world.db, id)));
    const completed = rows.filter(({ status }) => status === 'completed').length;
    const scheduled = rows.filter(({ status }) => status === 'scheduled').length;
    expect(completed).toBeGreaterThanOrEqual(2);
    expect(completed + scheduled).toBe(5);
    expect(world.marks.read().filter((mark) => mark === 'begin')).toHaveLength(completed);
    expect(await world.bus.queueDepth('dispatch.shell')).toBe(scheduled);
    expect(await registered('leaving')).toMatchObject({ status: 'inactive', lease_expires_at: null });
    expect(world.announced).toHaveLength(completed);
  });

  test('whose drain is over kills its runs and leaves them to the sweep', async () => {
    const action = await world.action({
      entrypoint: 'echo $$ >> "$file"; trap "" TERM; while :; do sleep 0.05; done',
      param_schema: file,
    });
    const worker = await world.startWorker({ worker: { drain_ms: 200 } });
    const [execution] = await world.schedule(action, { file: world.marks.path });
    await waitUntil(() => world.marks.read().length === 1);
    await worker.stop();

    expect(existsSync(`/proc/${world.marks.read()[0]}`)).toBe(false);
    expect(await getExecution(world.db, execution!.id)).toMatchObject({ status: 'running' });
    expect(await takeLostExecutions(world.db, abandon)).toMatchObject([
      { id: execution!.id, status: 'abandoned' },
    ]);
  });

  test('that is cordoned takes nothing, also after a restart, until the cordon is lifted', async () => {
    const action = await world.action({ entrypoint: ':' });
    const settings = { worker: { name: 'cordoned' }, lease: { heartbeat_ms: 100 } };
    const worker = await world.startWorker(settings);
    await world.ended(await world.schedule(action, {}));
    const { id } = await registered('cordoned');
    const { last_heartbeat } = await setWorkerCordon(world.db, id, { reason: 'maintenance' });
    const beats = async (more: number) => {
      const { last_heartbeat: now } = await registered('cordoned');
      return now!.getTime() > last_heartbeat!.getTime() + more;
    };
    await waitUntil(() => beats(300));
    await worker.stop();
    const restarted = await world.startWorker({ ...settings, bus: await world.openBus() });
    const executions = await world.schedule(action, {}, {});
    await waitUntil(async () => (await world.bus.queueDepth('dispatch.shell')) === 2);
    await world.inStatus(executions[0]!.id, 'scheduled');
    expect((await restarted.health()).checks['lease']).toMatchObject({ ok: true, detail: 'cordoned' });

    await setWorkerCordon(world.db, id, null);
    await world.ended(executions);
  });

  test('that has the name of another leaves it to the later one', async () => {
    const lease = { heartbeat_ms: 100 };
    await world.startWorker({ worker: { name: 'twin' }, lease });
    await world.startWorker({ worker: { name: 'twin' }, lease, bus: await world.openBus() });
    const { incarnation } = await registered('twin');
    const action = await world.action({ entrypoint: 'sleep 1.5' });
    const ended = await world.ended(await world.schedule(action, {}, {}, {}));
    expect(ended.map(({ status }) => status)).toEqual(['completed', 'completed', 'completed']);
    expect((await registered('twin')).incarnation).toBe(incarnation);
  });

  describe('behind a network that breaks', () => {
    let proxy: TcpProxy;
    let database: Database;

    beforeEach(async () => {
      proxy = await startTcpProxy({ port: Number(new URL(world.url).port) });
      database = openDatabase({ url: proxy.through(world.url), poolSize: 4 });
    });

    afterEach(async () => {
      proxy.restore();
      await database.close();
      await proxy.close();
    });

    const markedAction = (world: WorkerWorld) =>
      world.action({
        entrypoint: 'echo "$ATTUNE_EXEC_ID $ATTUNE_ATTEMPT" >> "$file"; sleep 0.2',
        param_schema: file,
      });

    test('ends its runs when it cannot renew its lease in time, and starts anew when it can', async () => {
      const action = await world.action({
        entrypoint: 'trap "" TERM; echo $$ >> "$file"; while :; do sleep 0.05; done',
        param_schema: file,
      });
      const lease = { heartbeat_ms: 100, lost_after_ms: 1_000 };
      await world.startWorker({ db: database.db, worker: { name: 'cut off' }, lease });
      await world.schedule(action, { file: world.marks.path });
      await waitUntil(() => world.marks.read().length === 1);
      const before = await registered('cut off');
      proxy.freeze();
      await waitUntil(() => !existsSync(`/proc/${world.marks.read()[0]}`));
      proxy.restore();
      await waitUntil(async () => (await registered('cut off')).incarnation === before.incarnation + 1);
      const quick = await world.action({ entrypoint: ':' });
      expect(await world.ended(await world.schedule(quick, {}))).toMatchObject([{ status: 'completed' }]);
    });

    test('records its results when the database is back', async () => {
      const action = await markedAction(world);
      await world.startWorker({ db: database.db });
      const executions = await world.schedule(action, { file: world.marks.path }, { file: world.marks.path });
      await waitUntil(() => world.marks.read().length === 2);
      proxy.cut();
      await waitUntil(() => proxy.connections() === 0);
      expect(await getExecution(world.db, executions[0]!.id)).toMatchObject({ status: 'running' });
      proxy.restore();
      expect(await world.ended(executions)).toMatchObject([{ status: 'completed' }, { status: 'completed' }]);
      await waitUntil(() => world.announced.length === 2);
      expect(world.marks.read()).toHaveLength(2);
    });

    test('runs each execution once, and every one, while connections keep being cut', async () => {
      const action = await world.action({
        entrypoint: 'echo "$ATTUNE_EXEC_ID $ATTUNE_ATTEMPT" >> "$file"',
        param_schema: file,
      });
      await world.startWorker({ db: database.db });
      const parameters = Array.from({ length: 10 }, () => ({ file: world.marks.path }));
      const executions = [];
      for (let round = 0; round < 6; round++) {
        executions.push(...(await world.schedule(action, ...parameters)));
        const marks = world.marks.read().length;
        await waitUntil(() => world.marks.read().length > marks);
        proxy.cut();
        await waitUntil(() => proxy.connections() === 0);
        proxy.restore();
      }
      const ended = await world.ended(executions);
      expect(new Set(ended.map(({ status }) => status))).toEqual(new Set(['completed']));
      expect(world.marks.read().sort()).toEqual(executions.map(({ id }) => `${id} 1`).sort());
    }, 60_000);

    test('starts what a claim took whose answer was lost', async () => {
      const action = await markedAction(world);
      await world.startWorker({ db: database.db });
      await world.ended(await world.schedule(action, { file: world.marks.path }));
      const [execution] = await world.scheduleSilently(action, { file: world.marks.path });
      proxy.delay(150);
      await world.announce([execution!]);
      await world.inStatus(execution!.id, 'running');
      proxy.cut();
      await waitUntil(() => proxy.connections() === 0);
      proxy.restore();
      expect(await world.ended([execution!])).toMatchObject([{ status: 'completed', attempt: 1 }]);
      expect(world.marks.read()).toHaveLength(2);
    });
  });

  describeLifecycle('worker', { create: () => world.startWorker() });
});
