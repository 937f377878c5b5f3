import type { Log } from './logger.js';

export interface RepeaterOptions {
  log: Log;
  /** Names the task in logs. */
  name: string;
  /** Share of the interval (0–1) by which each pause varies, so that replicas spread out. Default 0. */
  jitter?: number;
}

export interface Repeater {
  /** Ends the loop after the run under way, if any. Idempotent. */
  stop(): Promise<void>;
  /** Runs the task now, or joins the run already asked for; resolves when that run has ended. */
  now(): Promise<void>;
}

/**
 * Runs a task at once and then again `intervalMs` after each end, for sweeps and heartbeats.
 * Runs never overlap; a run that fails is logged and the loop goes on.
 */
export function every(intervalMs: number, task: () => Promise<unknown>, options: RepeaterOptions): Repeater {
  const { log, name, jitter = 0 } = options;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let queued: Promise<void> | undefined;

  const pause = () => intervalMs * (1 + jitter * (2 * Math.random() - 1));

  const run = (): Promise<void> => {
    clearTimeout(timer);
    running = attempt().finally(() => {
      running = undefined;
      if (!stopped && queued === undefined) timer = setTimeout(() => void run(), pause());
    });
    return running;
  };

  const attempt = async (): Promise<void> => {
    try {
      await task();
    } catch (error) {
      log.error({ event: 'repeater.failed', task: name, err: error }, `${name} failed; it runs again`);
    }
  };

  const now = (): Promise<void> => {
    if (stopped) return Promise.resolve();
    if (running === undefined) return run();
    queued ??= running.then(() => {
      queued = undefined;
      return stopped ? undefined : run();
    });
    return queued;
  };

  const stop = async (): Promise<void> => {
    stopped = true;
    clearTimeout(timer);
    await running;
  };

  void run();
  return { stop, now };
}
