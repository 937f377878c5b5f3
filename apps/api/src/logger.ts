import type { Log } from '@attune/service';

/** The API's part of the process's log. */
export function apiLog(log: Log): Log {
  return log.child({ module: 'api' });
}
