import { findWorkerByName, listAttempts, requestCancel } from '@attune/db';
import { executionCancelRequested, message } from '@attune/mq';
import { waitUntil } from '@attune/testing';
import { describeOnBuses } from './worker.testing.js';

describeOnBuses('a worker', (world) => {
  test('runs what is scheduled, records the result and announces it', async () => {
    const action = await world.action({
      entrypoint: 'echo "hello $who"; echo careful >&2',
      param_schema: { who: { type: 'string', default: 'world' } },
    });
    await world.startWorker({ worker: { name: 'first' } });
    const [execution] = await world.schedule(action, { who: 'you' }, {});
    const [ended, other] = await world.ended([execution!, { id: execution!.id + 1 }]);

    const worker = await findWorkerByName(world.db, 'first');
    expect(ended).toMatchObject({
      status: 'completed',
      attempt: 1,
      worker: worker!.id,
      incarnation: worker!.incarnation,
      error: null,
      result: { exit_code: 0, succeeded: true, data: null, stdout: 'hello you\n', stderr: 'careful\n' },
    });
    expect(other).toMatchObject({ status: 'completed', result: { stdout: 'hello world\n' } });
    expect(await listAttempts(world.db, ended!.id)).toMatchObject([{ attempt: 1, outcome: 'completed' }]);
    expect(await world.logOf(ended!.id)).toEqual({ stdout: 'hello you\n', stderr: 'careful\n' });
    await waitUntil(() => world.announced.length === 2);
    expect(world.announced).toContainEqual({ executionId: ended!.id, attempt: 1 });
  });

  test('tells what it is and what it offers', async () => {
    await world.startWorker({
      worker: {
        name: 'described',
        slots: 3,
        labels: { zone: 'north' },
        runtimes: ['shell', 'python', 'noop'],
      },
    });
    expect(await findWorkerByName(world.db, 'described')).toMatchObject({
      status: 'active',
      worker_role: 'action',
      slots: 3,
      capabilities: {
        runtimes: ['shell', 'python', 'noop'],
        runtime_versions: { python: [expect.stringMatching(/^3\.\d+/)] },
        labels: { zone: 'north' },
      },
    });
  });

  test('runs once what is delivered many times, to several workers', async () => {
    const action = await world.action({
      entrypoint: 'echo "$ATTUNE_EXEC_ID $ATTUNE_ATTEMPT" >> "$file"',
      param_schema: { file: { type: 'string' } },
    });
    await world.startWorker();
    await world.startWorker({ bus: await world.openBus() });
    const parameters = Array.from({ length: 20 }, () => ({ file: world.marks.path }));
    const executions = await world.scheduleSilently(action, ...parameters);
    for (let repeat = 0; repeat < 5; repeat++) await world.announce(executions);
    await world.ended(executions);
    await world.announce(executions);

    const once = await world.schedule(action, { file: world.marks.path });
    await world.ended(once);
    const expected = [...executions, ...once].map(({ id }) => `${id} 1`);
    expect(world.marks.read().sort()).toEqual(expected.sort());
    await waitUntil(() => world.announced.length >= 21);
    expect(world.announced).toHaveLength(21);
  });

  test('ignores a message about another attempt', async () => {
    const action = await world.action({ entrypoint: 'echo ran' });
    await world.startWorker();
    const [execution] = await world.scheduleSilently(action, {});
    await world.announce([{ ...execution!, attempt: 2 }]);
    const [other] = await world.schedule(action, {});
    await world.ended([other!]);
    await world.inStatus(execution!.id, 'scheduled');
    await world.announce([execution!]);
    expect(await world.ended([execution!])).toMatchObject([{ status: 'completed', attempt: 1 }]);
  });

  test('a program that fails has failed, and says why', async () => {
    const action = await world.action({ entrypoint: 'echo half; exit 3' });
    await world.startWorker();
    const executions = await world.schedule(action, {});
    expect(await world.ended(executions)).toMatchObject([
      {
        status: 'failed',
        error: 'the program ended with exit code 3',
        result: { exit_code: 3, stdout: 'half\n' },
      },
    ]);
  });

  test('parameters that do not fit are not run', async () => {
    const action = await world.action({
      entrypoint: 'echo ran',
      param_schema: { n: { type: 'integer', required: true } },
    });
    await world.startWorker();
    const executions = await world.schedule(action, { n: 'x' });
    expect(await world.ended(executions)).toMatchObject([
      { status: 'failed', error: 'parameters.n: must be an integer', result: null },
    ]);
  });

  test('a program that takes too long is ended, with all it started', async () => {
    const action = await world.action({ entrypoint: 'sleep 60 & sleep 60', timeout_seconds: 1 });
    await world.startWorker();
    const executions = await world.schedule(action, {});
    expect(await world.ended(executions)).toMatchObject([
      { status: 'timeout', error: 'the run took longer than its timeout', result: { succeeded: false } },
    ]);
  });

  test('a program is cancelled', async () => {
    const action = await world.action({ entrypoint: 'echo started; sleep 60' });
    await world.startWorker();
    const [execution] = await world.schedule(action, {});
    await waitUntil(async () => (await world.logOf(execution!.id))['stdout'] !== undefined);
    const { attempt } = (await requestCancel(world.db, execution!.id))!;
    await world.bus.publish([message(executionCancelRequested, { executionId: execution!.id, attempt })]);
    expect(await world.ended([execution!])).toMatchObject([
      { status: 'cancelled', error: 'the run was cancelled' },
    ]);
  });

  test('an attempt that failed is followed by another when its action says so', async () => {
    const action = await world.action({
      entrypoint: 'exit 1',
      retry: { count: 1, delay: 30, backoff: 'constant', jitter: 0, on: ['failed'] },
    });
    await world.startWorker();
    const [execution] = await world.schedule(action, {});
    const again = await world.inStatus(execution!.id, 'requested');
    expect(again).toMatchObject({ attempt: 2, result: null, worker: null, waiting_for: 'retry' });
    expect(again.not_before!.getTime() - Date.now()).toBeGreaterThan(20_000);
    expect(await listAttempts(world.db, execution!.id)).toMatchObject([
      { attempt: 1, outcome: 'failed', error: 'the program ended with exit code 1' },
    ]);
    await waitUntil(() => world.announced.some(({ executionId }) => executionId === execution!.id));
  });

  test('secrets are in no log and in no result, also when printed in pieces', async () => {
    const action = await world.action({
      entrypoint:
        'printf "%s\\n" "$key"; printf "{\\"key\\":\\"hunter"; sleep 0.5; printf "2\\"}\\n"; echo "$key" >&2',
      output_format: 'json',
      param_schema: { key: { type: 'string', secret: true } },
    });
    await world.startWorker();
    const [execution] = await world.schedule(action, { key: 'hunter2' });
    const [ended] = await world.ended([execution!]);
    expect(ended).toMatchObject({ status: 'completed', result: { data: { key: '***' }, stderr: '***\n' } });
    expect(await world.logOf(execution!.id)).toEqual({ stdout: '***\n{"key":"***"}\n', stderr: '***\n' });
    expect(JSON.stringify(ended!.result)).not.toContain('hunter');
  });

  test('a log has everything in order, cut into chunks, with a mark where it ends early', async () => {
    const action = await world.action({
      entrypoint: 'i=0; while [ $i -lt 20000 ]; do i=$((i+1)); echo "line $i"; done',
    });
    await world.startWorker({ worker: { stream_bytes: 100_000 } });
    const [execution] = await world.schedule(action, {});
    const [ended] = await world.ended([execution!]);
    const lines = Array.from({ length: 20_000 }, (_, index) => `line ${index + 1}\n`).join('');
    const text = `${lines.slice(0, 100_000)}\n[output truncated: ${lines.length - 100_000} more bytes were not kept]\n`;
    expect((ended!.result as { stdout: string }).stdout).toBe(text);
    expect(await world.logOf(execution!.id)).toEqual({ stdout: text });
  });

  test('never runs more programs at once than it has slots', async () => {
    const action = await world.action({
      entrypoint: 'echo + >> "$file"; sleep 0.1; echo - >> "$file"',
      param_schema: { file: { type: 'string' } },
    });
    await world.startWorker({ worker: { slots: 3 } });
    const parameters = Array.from({ length: 15 }, () => ({ file: world.marks.path }));
    await world.ended(await world.schedule(action, ...parameters));
    let running = 0;
    const levels = world.marks.read().map((mark) => (running += mark === '+' ? 1 : -1));
    expect(levels).toHaveLength(30);
    expect(Math.max(...levels)).toBe(3);
  });

  test('gives back what it has no slot for, and takes more when it has', async () => {
    const action = await world.action({
      entrypoint: 'echo "$ATTUNE_EXEC_ID" >> "$file"; while [ ! -e "$file.go" ]; do sleep 0.05; done',
      param_schema: { file: { type: 'string' } },
    });
    const quick = await world.action({ entrypoint: ':' });
    const go = await world.action({
      entrypoint: 'touch "$file.go"',
      param_schema: { file: { type: 'string' } },
    });
    await world.startWorker({ worker: { slots: 1 } });
    const [blocking] = await world.schedule(action, { file: world.marks.path });
    await waitUntil(() => world.marks.read().length === 1);
    const waiting = await world.schedule(quick, {}, {}, {});

    await waitUntil(async () => (await world.bus.queueDepth('dispatch.shell')) === 3, {
      message: 'the full worker to give its messages back',
    });
    const second = await world.startWorker({ bus: await world.openBus() });
    await world.ended(waiting);
    await second.stop();

    await world.schedule(quick, {}, {});
    await world.startWorker({ bus: await world.openBus(), worker: { slots: 1 } });
    await world.ended(await world.schedule(go, { file: world.marks.path }));
    await world.ended([blocking!]);
    expect(await world.bus.queueDepth('dispatch.shell')).toBe(0);
  });

  test('runs many that end at once, each once', async () => {
    const action = await world.action({ runtime_ref: 'core.noop' });
    await world.startWorker();
    const executions = await world.schedule(action, ...Array.from({ length: 500 }, () => ({})));
    const ended = await world.ended(executions);
    expect(new Set(ended.map(({ status }) => status))).toEqual(new Set(['completed']));
    await waitUntil(() => world.announced.length === 500);
    expect(new Set(world.announced.map(({ executionId }) => executionId)).size).toBe(500);
  });
});
