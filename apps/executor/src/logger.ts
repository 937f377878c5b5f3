import { counter } from '@attune/service';
import type { Log } from '@attune/service';

import type { Sweep } from './sweeps/sweep.js';

const swept = counter({
  name: 'attune_sweep_finds_total',
  help: 'Rows that sweeps found and announced',
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

/** A repair is worth a line, routine is not. */
export function logSwept(log: Log, { name: sweep, kind }: Pick<Sweep, 'name' | 'kind'>, found: number): void {
  swept.inc({ sweep }, found);
  log[kind === 'repair' ? 'info' : 'debug']({ event: 'sweep.found', sweep, found }, 'rows announced again');
}
