import { counter, histogram } from '@attune/service';

const ended = counter({
  name: 'attune_attempts_ended_total',
  help: 'Attempts that this worker ran to their end',
  labels: ['runtime', 'status'],
});

const seconds = histogram({
  name: 'attune_attempt_duration_seconds',
  help: 'Time from the start of an attempt to the end of its run',
  labels: ['runtime'],
});

export function countAttempt(runtime: string, status: string, durationMs: number): void {
  ended.inc({ runtime, status });
  seconds.observe({ runtime }, durationMs / 1000);
}
