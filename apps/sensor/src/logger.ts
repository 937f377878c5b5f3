import type { Log } from '@attune/service';

/** The sensor's part of the process's log. */
export function sensorLog(log: Log): Log {
  return log.child({ module: 'sensor' });
}

export function logTimerStopped(log: Log, { rule_ref: ref }: { rule_ref: string }, error: unknown): void {
  log.error(
    { event: 'timer.stopped', rule_ref: ref, err: error },
    `the timer of ${ref} does not fire: its parameters are not valid`,
  );
}

export function logTimersReconciled(log: Log, changed: number): void {
  if (changed > 0) log.info({ event: 'timers.reconciled', changed }, `${changed} timers set`);
}

export function logClockFailed(log: Log, error: unknown): void {
  log.error({ event: 'clock.failed', err: error }, 'the clock could not fire; it tries again');
}
