import { pino, stdTimeFunctions } from 'pino';
import type { DestinationStream, Logger } from 'pino';
import { redactLine } from './redaction.js';

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export type Log = Logger;

export interface LoggerOptions {
  level?: LogLevel;
  /** Where lines go; standard output by default. */
  destination?: DestinationStream;
}

/**
 * One JSON object per line with `service`, `event`, ids and `correlation_id`.
 * Modules log through `log.child({ module })`. Secrets are cut out of each finished line (redaction.ts).
 */
export function createLogger(service: string, options: LoggerOptions = {}): Log {
  return pino(
    {
      level: options.level ?? 'info',
      base: { service, pid: process.pid },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: redactLine },
    },
    // Synchronous: a line is out before what comes next, also before an exit or a crash.
    options.destination ?? pino.destination({ dest: 1, sync: true }),
  );
}
