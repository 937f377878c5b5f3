/// <reference types="jest" />
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getExecution, insertExecutions, listLogChunks, scheduleExecutions } from '@attune/db';
import type { ActionRow, Db, ExecutionRow, NewAction } from '@attune/db';
import { makeAction, useTestDatabase } from '@attune/db/testing';
import { dispatchQueueName, isTerminalExecution, splitRef } from '@attune/domain';
import { executionFinished, executionScheduled, message } from '@attune/mq';
import type { Bus, ExecutionFinished, Outgoing } from '@attune/mq';
import { memoryWorld, rabbitWorld, silentLog } from '@attune/mq/testing';
import type { BusWorld } from '@attune/mq/testing';
import type { Service } from '@attune/service';
import { waitUntil } from '@attune/testing';
import { workerConfig } from './config.js';
import type { WorkerConfig } from './config.js';
import { createWorker } from './worker.service.js';

export interface Settings {
  worker?: Partial<WorkerConfig['worker']>;
  lease?: Partial<WorkerConfig['lease']>;
  /** Another way to the database than the tests' own. */
  db?: Db;
  bus?: Bus;
}

/** A database, a broker and the executor's part in what concerns workers. */
export interface WorkerWorld {
  readonly db: Db;
  readonly url: string;
  readonly bus: Bus;
  /** Another connection to the same broker. */
  openBus(): Promise<Bus>;
  /** Stopped after the test. */
  startWorker(settings?: Settings): Promise<Service>;
  /** A shell script of its own, unless the values say otherwise. */
  action(values: Partial<NewAction>): Promise<ActionRow>;
  /** Inserts, schedules and announces executions, one for each of the parameters. */
  schedule(action: ActionRow, ...parameters: Record<string, unknown>[]): Promise<ExecutionRow[]>;
  /** Inserts and schedules them without telling anybody. */
  scheduleSilently(action: ActionRow, ...parameters: Record<string, unknown>[]): Promise<ExecutionRow[]>;
  announce(executions: readonly Pick<ExecutionRow, 'id' | 'attempt' | 'dispatch_queue'>[]): Promise<void>;
  /** Waits until all of them are final. */
  ended(executions: readonly { id: number }[]): Promise<ExecutionRow[]>;
  inStatus(id: number, status: ExecutionRow['status']): Promise<ExecutionRow>;
  /** The text of an execution's log, by stream. */
  logOf(id: number): Promise<Record<string, string>>;
  /** What was announced as finished so far. */
  readonly announced: readonly ExecutionFinished[];
  /** A file that runs append lines to. */
  readonly marks: { readonly path: string; read(): string[] };
}

const worlds = { memory: memoryWorld, rabbit: () => rabbitWorld({ name: 'worker' }) };

/** Runs the tests on both buses. */
export function describeOnBuses(name: string, tests: (world: WorkerWorld) => void): void {
  describe.each(['memory', 'rabbit'] as const)(`${name}, %s bus`, (kind) => {
    const database = useTestDatabase();
    const started: Service[] = [];
    const announced: ExecutionFinished[] = [];
    const directory = mkdtempSync(join(tmpdir(), 'worker-marks-'));
    const connected: { broker?: BusWorld; bus?: Bus } = {};
    let marks = 0;
    let workers = 0;

    beforeEach(async () => {
      const broker = await worlds[kind]();
      const bus = await broker.open();
      Object.assign(connected, { broker, bus });
      announced.length = 0;
      marks++;
      await bus.consume(executionFinished, { queue: 'executor.finished' }, async (batch) => {
        announced.push(...batch.map(({ body }) => body));
        return batch.map(() => ({ kind: 'ack' as const }));
      });
    });

    afterEach(async () => {
      await Promise.all(started.splice(0).map((worker) => worker.stop()));
      await connected.broker?.dispose();
    });

    afterAll(() => rmSync(directory, { recursive: true, force: true }));

    const present = <T>(value: T | undefined): T => {
      if (value === undefined) throw new Error('the world is there while tests run');
      return value;
    };

    const scheduleSilently: WorkerWorld['scheduleSilently'] = async (action, ...parameters) => {
      const rows = await insertExecutions(
        database.db,
        parameters.map((config) => ({ action_ref: action.ref, config })),
      );
      const queue = dispatchQueueName(splitRef(action.runtime_ref ?? '').name);
      await scheduleExecutions(
        database.db,
        rows.map(({ id }) => ({ id, dispatch_queue: queue })),
      );
      return rows.map((row) => ({ ...row, dispatch_queue: queue }));
    };

    const announce: WorkerWorld['announce'] = async (executions) => {
      for (const queue of new Set(executions.map(({ dispatch_queue }) => dispatch_queue)))
        await present(connected.bus).ensureDispatchQueue(queue ?? '');
      await present(connected.bus).publish(executions.map(scheduledMessage));
    };

    const world: WorkerWorld = {
      get db() {
        return database.db;
      },
      get url() {
        return database.url;
      },
      get bus() {
        return present(connected.bus);
      },
      openBus: () => present(connected.broker).open(),
      startWorker: async ({ worker, lease, db = database.db, bus: own = present(connected.bus) } = {}) => {
        const name = `worker-${++workers}`;
        const config = workerConfig.parse({
          worker: { name, kill_grace_ms: 300, ...worker },
          lease: { ...lease },
        });
        const service = await createWorker(config, { db, bus: own, log: silentLog, env: process.env });
        started.push(service);
        return service;
      },
      action: (values) =>
        makeAction(database.db, { runtime_ref: 'core.shell', is_adhoc: true, entrypoint: '', ...values }),
      scheduleSilently,
      announce,
      schedule: async (action, ...parameters) => {
        const rows = await scheduleSilently(action, ...parameters);
        await announce(rows);
        return rows;
      },
      ended: (executions) =>
        waitUntil(
          async () => {
            const rows = await Promise.all(executions.map(({ id }) => getExecution(database.db, id)));
            return rows.every(({ status }) => isTerminalExecution(status)) ? rows : undefined;
          },
          { timeoutMs: 20_000, message: 'the executions to end' },
        ),
      inStatus: (id, status) =>
        waitUntil(
          async () => {
            const row = await getExecution(database.db, id);
            return row.status === status ? row : undefined;
          },
          { message: `execution ${id} to be ${status}` },
        ),
      logOf: async (id) => {
        const texts: Record<string, string> = {};
        for (const { stream, content } of await listLogChunks(database.db, id, { limit: 10_000 }))
          texts[stream] = (texts[stream] ?? '') + content;
        return texts;
      },
      announced,
      marks: {
        get path() {
          return join(directory, `${marks}`);
        },
        read: () => {
          try {
            return readFileSync(join(directory, `${marks}`), 'utf8')
              .trim()
              .split('\n');
          } catch {
            return [];
          }
        },
      },
    };

    tests(world);
  });
}

function scheduledMessage({
  id,
  attempt,
  dispatch_queue,
}: Pick<ExecutionRow, 'id' | 'attempt' | 'dispatch_queue'>): Outgoing {
  const body = { executionId: id, attempt };
  return message(executionScheduled, body, { dispatchQueue: dispatch_queue ?? '' });
}
