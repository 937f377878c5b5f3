import type { Log } from '@attune/service';

/** The notifier's part of the process's log. */
export function notifierLog(log: Log): Log {
  return log.child({ module: 'notifier' });
}
