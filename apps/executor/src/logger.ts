import { counter } from '@attune/service';
import type { Log } from '@attune/service';

const swept = counter({
  name: 'attune_sweep_finds_total',
  help: 'Rows whose next step was overdue and was announced again',
  labels: ['sweep'],
});

const ruleErrors = counter({
  name: 'attune_rule_errors_total',
  help: 'Evaluations of a rule that raised an error',
});

/** The executor's part of the process's log. */
export function executorLog(log: Log): Log {
  return log.child({ module: 'executor' });
}

/** One line per rule and batch. */
export function logRuleErrors(
  log: Log,
  rules: Iterable<{ rule_id: number; count: number; error: string }>,
): void {
  for (const { rule_id, count, error } of rules) {
    ruleErrors.inc(count);
    log.warn({ event: 'rule.failed', rule_id, count, error }, 'a rule could not be evaluated');
  }
}

/** A sweep finds nothing while all is well, so each find is worth a line. */
export function logSwept(log: Log, sweep: string, found: number): void {
  swept.inc({ sweep }, found);
  log.info({ event: 'sweep.found', sweep, found }, 'overdue rows announced again');
}
