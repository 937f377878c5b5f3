import type { Log } from '@attune/service';

/** The worker's part of the process's log. */
export function workerLog(log: Log): Log {
  return log.child({ module: 'worker' });
}
