/// <reference types="jest" />
import { getEventListeners } from 'node:events';
import type { LogStream } from '@attune/domain';
import type { Ending, OutputSink, RunRequest, Runtime, StopReason } from './runtime.js';

/** A runtime with requests that make it do what every runtime can do. */
export interface RuntimeFixture {
  readonly create: () => Promise<Runtime>;
  /** Completes; the text, given as a parameter, comes back somewhere in how it ended. Absent when nothing does. */
  readonly echo?: (text: string) => Partial<RunRequest>;
  readonly succeeds: Partial<RunRequest>;
  /** Absent when the runtime cannot fail. */
  readonly fails?: Partial<RunRequest>;
  /** Cannot even begin: a missing file, an address that is none. Absent when everything begins. */
  readonly impossible?: Partial<RunRequest>;
  /** Runs until it is ended. Absent when every run ends at once. */
  readonly endless?: Partial<RunRequest>;
  /** Resolves when the endless run is under way. */
  readonly underWay?: (run: StartedRun) => Promise<unknown>;
}

export interface StartedRun {
  readonly ending: Promise<Ending>;
  readonly stop: AbortController;
  /** Output that has come so far. */
  readonly seen: Record<LogStream, string>;
  readonly dropped: Record<LogStream, number>;
}

export function runRequest(values: Partial<RunRequest> = {}): RunRequest {
  return {
    executionId: 17,
    attempt: 1,
    actionRef: 'test.action',
    packRef: 'test',
    entrypoint: '',
    inline: true,
    parameters: {},
    declared: undefined,
    parameterDelivery: 'stdin',
    parameterFormat: 'json',
    envVars: {},
    ...values,
  };
}

export function startRun(runtime: Runtime, request: Partial<RunRequest>): StartedRun {
  const stop = new AbortController();
  const seen = { stdout: '', stderr: '' };
  const dropped = { stdout: 0, stderr: 0 };
  const output: OutputSink = {
    write: (stream, chunk) => {
      seen[stream] += chunk.toString();
      return undefined;
    },
    truncated: (stream, bytes) => {
      dropped[stream] = bytes;
    },
  };
  const ending = runtime.run(runRequest(request), { signal: stop.signal, output });
  return { ending, stop, seen, dropped };
}

export function run(runtime: Runtime, request: Partial<RunRequest>): Promise<Ending> {
  return startRun(runtime, request).ending;
}

/** What every runtime promises. What a runtime cannot do by its nature is left out of the fixture, and not tested. */
export function describeRuntime(name: string, fixture: RuntimeFixture): void {
  const { create, succeeds, echo, fails, impossible, endless, underWay } = fixture;

  describe(`${name}: as every runtime`, () => {
    let runtime: Runtime;

    beforeAll(async () => {
      runtime = await create();
    });

    test('a run that succeeds ends with exit code 0 and no error', async () => {
      const ending = await run(runtime, succeeds);
      expect(ending).toMatchObject({ exitCode: 0 });
      expect(ending.error).toBeUndefined();
    });

    test('a run leaves no listener behind', async () => {
      const started = startRun(runtime, succeeds);
      await started.ending;
      expect(getEventListeners(started.stop.signal, 'abort')).toEqual([]);
    });

    test('a run that was ended before it began does nothing for long', async () => {
      const started = startRun(runtime, endless ?? succeeds);
      started.stop.abort('cancel');
      await expect(started.ending).resolves.toBeDefined();
    }, 5_000);

    if (echo !== undefined) {
      const echoed = (text: string) => run(runtime, echo(text));

      test('parameters arrive as they are, whatever characters they hold', async () => {
        const text = `it's "quoted" \\ $HOME \`id\` ünï😀 {{x}} %s\ttab`;
        expect(JSON.stringify(await echoed(text))).toContain(JSON.stringify(text).slice(1, -1));
      });

      test('runs do not mix', async () => {
        const texts = Array.from({ length: 8 }, (_, index) => `run number ${index}!`);
        const endings = await Promise.all(texts.map(echoed));
        const found = endings.map((ending) => texts.filter((text) => JSON.stringify(ending).includes(text)));
        expect(found).toEqual(texts.map((text) => [text]));
      });
    }

    if (fails !== undefined)
      test('a run that fails says so', async () => {
        const ending = await run(runtime, fails);
        expect(ending.exitCode === 0 && ending.error === undefined).toBe(false);
      });

    if (impossible !== undefined)
      test('a run that cannot begin ends with an error', async () => {
        const ending = await run(runtime, impossible);
        expect(ending.exitCode).toBeNull();
        expect(ending.error).toMatch(/\w+ \w+/);
      });

    if (endless !== undefined)
      test.each<StopReason>(['timeout', 'cancel', 'lost', 'shutdown'])(
        'a run is ended soon by %s, and does not reject',
        async (reason) => {
          const started = startRun(runtime, endless);
          await underWay?.(started);
          started.stop.abort(reason);
          await expect(started.ending).resolves.not.toMatchObject({ exitCode: 0 });
        },
        5_000,
      );
  });
}
