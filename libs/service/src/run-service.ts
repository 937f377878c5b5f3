import type { z } from 'zod';
import { readConfig } from './config.js';
import type { Env } from './config.js';
import type { Service } from './health.js';
import { createLogger } from './logger.js';
import type { Log } from './logger.js';

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
 * Runs one service as this process: start, health server, signals, deadline, exit code.
 * Call it once, from main.ts.
 */
export function runService(name: string, start: (boot: Boot) => Promise<Service>): void {
  const log = createLogger(name);
  const boot: Boot = {
    env: process.env,
    argv: process.argv.slice(2),
    log,
    readConfig: (schema) => readConfig(schema, { env: process.env }),
  };
  void start(boot);
}
