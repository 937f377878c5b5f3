import type { ShownBacktest } from '@attune/contract';
import type { BacktestReport } from '@attune/domain';
import type { BacktestResult } from './run-backtest.js';
import type { RuleInForce } from './rule-in-force.js';

export function showBacktest({ rule }: RuleInForce, result: BacktestResult): ShownBacktest {
  const { report, firstEvent, lastEvent, durationMs, stoppedBy } = result;
  const { timeline, difference = null } = report;
  return {
    rule_ref: rule.ref,
    trigger_ref: rule.trigger_ref,
    complete: stoppedBy === null,
    stopped_by: stoppedBy,
    duration_ms: Math.round(durationMs),
    events: report.events,
    first_event: firstEvent,
    last_event: lastEvent,
    matches: report.matches,
    non_matches: report.nonMatches,
    errors: report.errors,
    addressed_elsewhere: report.addressedElsewhere,
    executions: report.executions,
    refusals: { ...report.refusals },
    failing_clauses: report.failingClauses,
    error_examples: report.errorExamples,
    match_examples: report.matchExamples.map((match) => ({
      ...match,
      created: match.created.toISOString(),
    })),
    executions_per_hour: timeline.hours.map(showPeak),
    peak_hour: timeline.peakHour && showPeak(timeline.peakHour),
    peak_minute: timeline.peakMinute && showPeak(timeline.peakMinute),
    distinct: showDistinct(report.distinct),
    difference,
  };
}

function showPeak({ from, count }: { from: Date; count: number }) {
  return { from: from.toISOString(), count };
}

function showDistinct(distinct: BacktestReport['distinct']): ShownBacktest['distinct'] {
  const shown = Object.entries(distinct).map(
    ([path, { isMore, ...counts }]) => [path, { ...counts, is_more: isMore }] as const,
  );
  return Object.fromEntries(shown);
}
