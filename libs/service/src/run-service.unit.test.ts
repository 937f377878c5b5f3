import { freePort, startTypeScript, waitUntil } from '@attune/testing';
import type { ChildProgram, ProgramOptions } from '@attune/testing';

const program = `${__dirname}/testing/example-service.program.ts`;
const children: ChildProgram[] = [];
afterEach(() => Promise.all(children.splice(0).map((child) => child.kill())));

function start(args: string[] = [], options: ProgramOptions = {}): ChildProgram {
  const child = startTypeScript(program, args, options);
  children.push(child);
  return child;
}

async function started(args: string[] = [], options: ProgramOptions = {}) {
  const child = start(args, options);
  const [, url = ''] = await child.outputs(/"event":"service\.started","health_url":"([^"]+)"/);
  const get = (path: string) => fetch(`${url}${path}`);
  return { child, get, status: async (path: string) => (await get(path)).status };
}

function events(child: ChildProgram): unknown[] {
  const lines = child.stdout().split('\n').filter(Boolean);
  return lines.map((line) => (JSON.parse(line) as { event: unknown }).event);
}

test.each(['SIGTERM', 'SIGINT'] as const)('%s stops the service cleanly', async (signal) => {
  const { child } = await started();

  child.signal(signal);

  expect(await child.ended).toEqual({ code: 0, signal: null });
  expect(events(child)).toEqual(['service.started', 'service.stopping', 'service.stopped']);
});

test('a service that does not end in time is left: exit 3', async () => {
  const { child } = await started(['--example.behaviour=slow', '--shutdown.deadline_ms=100']);

  child.signal('SIGTERM');

  expect(await child.ended).toEqual({ code: 3, signal: null });
  expect(events(child)).toContain('service.deadline_exceeded');
});

test('a second signal ends the process at once; one delivered twice does not', async () => {
  const { child, status } = await started(['--example.behaviour=slow']);

  child.signal('SIGINT');
  await child.outputs(/service\.stopping/);
  child.signal('SIGINT');
  expect(await status('/health/ready')).toBe(503);
  let gone = false;
  void child.ended.then(() => (gone = true));
  await waitUntil(() => {
    child.signal('SIGTERM');
    return gone;
  });

  expect(await child.ended).toEqual({ code: 143, signal: null });
});

test('a start that fails is logged: exit 1', async () => {
  const child = start(['--example.behaviour=throws']);

  expect(await child.ended).toEqual({ code: 1, signal: null });
  expect(events(child)).toEqual(['service.start_failed']);
});

test('a promise nobody handles crashes the process: exit 1', async () => {
  const child = start(['--example.behaviour=rejects']);

  expect(await child.ended).toEqual({ code: 1, signal: null });
  expect(events(child)).toContain('service.unhandled_rejection');
  expect(child.stdout()).toContain('nobody caught this');
});

test('faulty settings are printed for people, all of them: exit 2', async () => {
  const child = start(['--healt.port=1'], { env: { ATTUNE__LOG__LEVEL: 'loud' } });

  expect(await child.ended).toEqual({ code: 2, signal: null });
  expect(child.stderr()).toMatch(/healt: unknown key .*did you mean health\?[^]*log\.level/);
  expect(child.stdout()).toBe('');
});

test('a health port that is taken is a failed start', async () => {
  const { get } = await started();
  const { port } = new URL((await get('/health/live')).url);

  expect(await start([`--health.port=${port}`]).ended).toEqual({ code: 1, signal: null });
});

test('with ATTUNE_EXIT_WITH_PARENT the end of standard input stops the service', async () => {
  const { child } = await started([], { env: { ATTUNE_EXIT_WITH_PARENT: 'true' } });

  child.closeStdin();

  expect(await child.ended).toEqual({ code: 0, signal: null });
});

test.each([
  ['good', 200, 200],
  ['unready', 200, 503],
  ['dead', 503, 503],
])('a %s service answers live with %i and ready with %i', async (behaviour, live, ready) => {
  const { status } = await started([`--example.behaviour=${behaviour}`]);

  expect(await Promise.all([status('/health/live'), status('/health/ready')])).toEqual([live, ready]);
});

test('/metrics shows the process, with the lag of its event loop', async () => {
  const { get } = await started();

  const text = await (await get('/metrics')).text();

  expect(text).toMatch(/^nodejs_eventloop_lag_seconds /m);
  expect(text).toMatch(/^process_resident_memory_bytes /m);
});

test('the level of the log is a setting', async () => {
  const port = await freePort();
  const child = start(['--log.level=error', `--health.port=${port}`]);
  await waitUntil(async () => (await fetch(`http://127.0.0.1:${port}/health/ready`)).ok);

  child.signal('SIGTERM');

  expect(await child.ended).toEqual({ code: 0, signal: null });
  expect(child.stdout()).toBe('');
});
