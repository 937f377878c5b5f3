import { constants } from 'node:os';
import { z } from 'zod';
import { configSources } from './config-flags.js';
import { serviceConfig } from './config-sections.js';
import { ConfigError, readConfig } from './config.js';
import type { Env } from './config.js';
import { serveHealth } from './health-server.js';
import type { HealthServer, Phase } from './health-server.js';
import type { Service } from './health.js';
import { createLogger } from './logger.js';
import type { Log } from './logger.js';
import { measureProcess } from './metrics.js';
import { hideSettings } from './redaction.js';

const exitCodes = { stopped: 0, failed: 1, configuration: 2, deadlineExceeded: 3 } as const;

/** Terminals and wrappers may deliver the same signal twice; a second one counts only after this time. */
const sameSignalMs = 200;

const ownSettings = z.object(serviceConfig);

export interface Boot {
  env: Env;
  /** Arguments after the program's name. */
  argv: readonly string[];
  log: Log;
  /**
   * Reads the settings (`--config <file>`, `ATTUNE__…`, `--section.key=value`) and applies `log`, `health` and
   * `shutdown` to this process. Build the schema as `z.strictObject({ ...serviceConfig, … })`.
   */
  readConfig<T>(schema: z.ZodType<T>): T;
}

/**
 * Runs one service as this process; call it once, from main.ts.
 *
 * SIGTERM or SIGINT stops the service (exit 0); past `shutdown.deadline_ms` the process exits with 3; a second
 * signal exits at once with 128 + its number. A failed start and an error nobody handled exit with 1: after an
 * unknown error the state is unknown, and every stage survives a crash. Faulty settings are printed, exit 2.
 * With `ATTUNE_EXIT_WITH_PARENT=true` the end of standard input is a stop as well.
 */
export function runService(name: string, start: (boot: Boot) => Promise<Service>): void {
  const run: Run = {
    log: createLogger(name),
    settings: ownSettings.parse({}),
    phase: 'starting',
    service: undefined,
    server: undefined,
    stopAskedAt: undefined,
  };
  exitOnUnhandledErrors(run);
  stopOnSignals(run);
  measureProcess();
  start(bootOf(run))
    .then((service) => startedAs(run, service))
    .catch((error: unknown) => failStart(run, error));
}

interface Run {
  log: Log;
  settings: z.infer<typeof ownSettings>;
  phase: Phase;
  service: Service | undefined;
  server: Promise<HealthServer> | undefined;
  stopAskedAt: number | undefined;
}

function bootOf(run: Run): Boot {
  const argv = process.argv.slice(2);
  return {
    env: process.env,
    argv,
    log: run.log,
    readConfig: (schema) => {
      const config = readConfig(schema, configSources(argv, process.env));
      hideSettings(config);
      run.settings = ownSettings.parse(config);
      run.log.level = run.settings.log.level;
      openHealthServer(run).catch((error: unknown) => failStart(run, error));
      return config;
    },
  };
}

function openHealthServer(run: Run): Promise<HealthServer> {
  run.server ??= serveHealth(run.settings.health, {
    phase: () => run.phase,
    report: () => run.service?.health() ?? { checks: {} },
  });
  return run.server;
}

async function startedAs(run: Run, service: Service): Promise<void> {
  run.service = service;
  const { url } = await openHealthServer(run);
  if (run.stopAskedAt !== undefined) return stop(run);
  run.phase = 'running';
  run.log.info({ event: 'service.started', health_url: url }, 'started');
}

function failStart(run: Run, error: unknown): never {
  if (error instanceof ConfigError) {
    process.stderr.write(`${error.message}\n`);
    process.exit(exitCodes.configuration);
  }
  run.log.fatal({ event: 'service.start_failed', err: error }, 'could not start');
  process.exit(exitCodes.failed);
}

function exitOnUnhandledErrors(run: Run): void {
  const crash = (event: string) => (error: unknown) => {
    run.log.fatal({ event, err: error }, 'an error was not handled; exiting');
    process.exit(exitCodes.failed);
  };
  process.on('uncaughtException', crash('service.uncaught_exception'));
  process.on('unhandledRejection', crash('service.unhandled_rejection'));
}

function stopOnSignals(run: Run): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      const asked = run.stopAskedAt;
      if (asked === undefined) askToStop(run, signal);
      else if (performance.now() - asked > sameSignalMs) process.exit(128 + constants.signals[signal]);
    });
  }
  if (process.env['ATTUNE_EXIT_WITH_PARENT'] === 'true') {
    process.stdin.resume().once('close', () => askToStop(run, 'parent gone'));
  }
}

function askToStop(run: Run, reason: string): void {
  if (run.stopAskedAt !== undefined) return;
  run.stopAskedAt = performance.now();
  run.log.info({ event: 'service.stopping', reason }, 'stopping');
  setTimeout(() => exceedDeadline(run), run.settings.shutdown.deadline_ms);
  if (run.service !== undefined) void stop(run);
}

async function stop(run: Run): Promise<void> {
  run.phase = 'stopping';
  try {
    await run.service?.stop();
    await (await run.server)?.close();
  } catch (error) {
    run.log.fatal({ event: 'service.stop_failed', err: error }, 'could not stop cleanly');
    process.exit(exitCodes.failed);
  }
  run.log.info({ event: 'service.stopped' }, 'stopped');
  process.exit(exitCodes.stopped);
}

function exceedDeadline(run: Run): never {
  const deadline_ms = run.settings.shutdown.deadline_ms;
  run.log.error(
    { event: 'service.deadline_exceeded', deadline_ms },
    'running work did not end in time; exiting',
  );
  process.exit(exitCodes.deadlineExceeded);
}
