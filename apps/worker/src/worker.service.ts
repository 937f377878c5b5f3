import { setTimeout as delay } from 'node:timers/promises';
import type { Db } from '@attune/db';
import { healthOf, startStages } from '@attune/mq';
import type { Bus, Subscription } from '@attune/mq';
import type { HealthReport, Log, Service } from '@attune/service';
import { Lane } from './claim/lane.js';
import type { WorkerConfig } from './config.js';
import { workerLog } from './logger.js';
import { LogWriter } from './logs/log-writer.js';
import { describeWorker } from './presence/describe-worker.js';
import { Presence } from './presence/presence.js';
import { createApiAccess } from './run/api-access.js';
import { Results } from './run/results.js';
import { Runs } from './run/runs.js';
import { openRuntimes } from './runtimes/open-runtimes.js';
import type { OpenRuntimes } from './runtimes/open-runtimes.js';
import type { SlotKind } from './runtimes/runtime.js';
import { claimStage, listenForCancels, slotKinds } from './stages.js';

/** After the end of the drain: for killed programs to be gone, so that nobody takes them over while they run. */
const killMs = 2_000;

/** What the process lends the worker. Stopping the worker closes none of it. */
export interface WorkerDependencies {
  readonly db: Db;
  readonly bus: Bus;
  readonly log: Log;
  /** Where programs get their PATH, LANG and TZ from; nothing else of it reaches them. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Registers, then claims and runs executions until stopped. Any number of workers share the dispatch queues. */
export async function createWorker(config: WorkerConfig, dependencies: WorkerDependencies): Promise<Service> {
  const log = workerLog(dependencies.log);
  const runtimes = await openRuntimes(config, dependencies);
  const worker = new Worker(config, { ...dependencies, log }, runtimes);
  try {
    await worker.start();
    return worker;
  } catch (error) {
    await worker.stop();
    throw error;
  }
}

class Worker implements Service {
  readonly #config: WorkerConfig;
  readonly #dependencies: WorkerDependencies;
  readonly #runtimes: OpenRuntimes;
  readonly #runs: Runs;
  readonly #results: Results;
  readonly #lanes: Readonly<Record<SlotKind, Lane>>;
  /** Aborted when a stop waits no longer. */
  readonly #ending = new AbortController();
  #presence: Presence | undefined;
  #cancels: Subscription | undefined;
  #stopped: Promise<void> | undefined;

  constructor(config: WorkerConfig, dependencies: WorkerDependencies, runtimes: OpenRuntimes) {
    const { db, bus: publisher, log } = dependencies;
    const { slots, builtin_slots, timeout_seconds: timeoutSeconds } = config.worker;
    const logs = new LogWriter({ db, publisher, log });
    const mayClaim = () => this.#presence?.session !== undefined && !this.#presence.isCordoned;
    this.#config = config;
    this.#dependencies = dependencies;
    this.#runtimes = runtimes;
    this.#results = new Results({ db, publisher, log, signal: this.#ending.signal });
    const api = createApiAccess({ url: config.worker.api_url, token: config.api.token });
    const results = this.#results;
    this.#runs = new Runs({ runtimes: runtimes.byName, logs, results, api, timeoutSeconds });
    this.#lanes = { program: new Lane(slots, mayClaim), builtin: new Lane(builtin_slots, mayClaim) };
  }

  async start(): Promise<void> {
    const { db, bus, log } = this.#dependencies;
    this.#cancels = await listenForCancels(bus, this.#runs);
    this.#presence = await Presence.start({
      db,
      log,
      heartbeatMs: this.#config.lease.heartbeat_ms,
      worker: describeWorker(this.#config, this.#runtimes.byName.values()),
      onRegistered: () => this.#openLanes(),
      onCordon: (cordoned) => (cordoned ? this.#shutLanes() : this.#openLanes()),
      onLost: () => this.#runs.stopAll('lost'),
    });
    await Promise.all(slotKinds.map((kind) => this.#startLane(kind, this.#presence as Presence)));
  }

  /** Takes nothing more, lets runs end until the drain is over, then kills them; what is left is lost to the sweep. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  health(): HealthReport {
    const { checks } = healthOf(this.#dependencies.bus);
    const lease = this.#presence?.health() ?? { ok: false, detail: 'not started' };
    return { checks: { ...checks, lease } };
  }

  async #startLane(kind: SlotKind, presence: Presence): Promise<void> {
    const { db, bus, log } = this.#dependencies;
    const lane = this.#lanes[kind];
    const offered = [...this.#runtimes.byName.values()].map(({ name }) => name);
    // a claim is repeated until the lease is lost, and must not be taken for stuck before
    const timeoutMs = 2 * this.#config.lease.lost_after_ms;
    const stage = claimStage(kind, offered, { slots: lane.slots.total, timeoutMs });
    if (stage.queues.length === 0) return;
    const ctx = { db, publisher: bus, log, presence, runs: this.#runs, lane };
    await lane.start(startStages(bus, [stage], ctx, { log }));
  }

  #openLanes(): void {
    for (const lane of Object.values(this.#lanes)) void lane.open();
  }

  #shutLanes(): void {
    for (const lane of Object.values(this.#lanes)) void lane.shut();
  }

  async #stop(): Promise<void> {
    const { log } = this.#dependencies;
    const drained = this.#drain();
    if (!(await within(drained, this.#config.worker.drain_ms))) {
      log.warn({ event: 'worker.drain_over' }, 'runs did not end in time; they are killed');
      this.#runs.stopAll('shutdown');
      await within(this.#runs.idle(), killMs);
    }
    this.#ending.abort();
    await this.#presence?.stop().catch((error: unknown) => {
      log.warn({ event: 'worker.release_failed', err: error }, 'the lease was not given up; it will run out');
    });
    await drained;
    await this.#cancels?.close();
    await this.#runtimes.close();
  }

  async #drain(): Promise<void> {
    await Promise.all(Object.values(this.#lanes).map((lane) => lane.close()));
    await this.#runs.idle();
    await this.#results.idle();
  }
}

async function within(done: Promise<void>, ms: number): Promise<boolean> {
  const timer = new AbortController();
  const late = delay(ms, false, { signal: timer.signal }).catch(() => false);
  const inTime = await Promise.race([done.then(() => true), late]);
  timer.abort();
  return inTime;
}
