import type { LedgerCheckRow, RetentionReport } from '@attune/db';
import type { Finding } from '@attune/domain';
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

const alerts = counter({
  name: 'attune_alerts_total',
  help: 'Happenings that need somebody, each told of once',
  labels: ['kind', 'severity'],
});

const ledgerChecks = counter({
  name: 'attune_ledger_checks_total',
  help: 'Checks of the ledger',
  labels: ['balanced'],
});

const removed = counter({
  name: 'attune_retention_deleted_total',
  help: 'Rows that were kept no longer',
  labels: ['target'],
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

/** One line per target of which something was removed, or could not be. */
export function logRetention(log: Log, reports: readonly RetentionReport[]): void {
  for (const { error, ...report } of reports) {
    removed.inc({ target: report.target }, report.deleted);
    const line = { event: 'retention.applied', ...report };
    if (error !== null)
      log.error({ ...line, error }, 'old rows could not be removed; the next look tries again');
    else if (report.deleted > 0) log.info(line, 'old rows removed');
  }
}

/** A ledger that does not balance is an error of Attune itself. */
export function logLedgerCheck(log: Log, { balanced, imbalances }: LedgerCheckRow): void {
  ledgerChecks.inc({ balanced: String(balanced) });
  if (!balanced) log.error({ event: 'ledger.unbalanced', imbalances }, 'the ledger does not balance');
}

/** One line per happening, with the event it became. */
export function logAlert(log: Log, finding: Finding, eventId: number | undefined): void {
  const { kind, severity, message, subject, next, command } = finding;
  alerts.inc({ kind, severity });
  const line = { event: 'alert.raised', kind, severity, subject, next, command, event_id: eventId };
  log[severity === 'critical' ? 'error' : 'warn'](line, message);
}
