import type { RuleOutcome } from '../decide-rule.js';
import type { RuleEvent } from '../evaluate-rule.js';
import type { BacktestReport } from './backtest-report.js';
import { mostExamples } from './backtest-report.js';
import { countOverTime } from './timeline.js';
import { countValues } from './value-counts.js';

type MatchReport = Pick<
  BacktestReport,
  'executions' | 'refusals' | 'matchExamples' | 'timeline' | 'distinct'
>;

export interface MatchesSetup {
  /** Paths of parameters whose values are counted: `host`, `target.port`. */
  distinct: readonly string[];
  /** The parameters of the action as they may be shown. */
  hide: (parameters: Record<string, unknown>) => Record<string, unknown>;
}

/** What matches lead to. */
export function countMatches({ distinct, hide }: MatchesSetup) {
  let executions = 0;
  const refusals: MatchReport['refusals'] = {};
  const matchExamples: MatchReport['matchExamples'] = [];
  const timeline = countOverTime();
  const values = distinct.map((path) => countValues(path));

  const countOutcome = ({ created }: RuleEvent, { execution, refusal }: RuleOutcome) => {
    if (execution !== undefined) {
      executions += 1;
      timeline.count(created);
    } else if (refusal !== undefined) refusals[refusal.code] = (refusals[refusal.code] ?? 0) + 1;
  };
  return {
    take: (event: RuleEvent, outcome: RuleOutcome): void => {
      countOutcome(event, outcome);
      const isExample = matchExamples.length < mostExamples;
      if (!isExample && values.length === 0) return;
      const { parameters: found, refusal = null } = outcome;
      const parameters = found === undefined ? null : hide(found);
      for (const each of values) each.count(parameters);
      if (isExample) matchExamples.push({ event: event.id, created: event.created, parameters, refusal });
    },
    report: (): MatchReport => ({
      executions,
      refusals,
      matchExamples,
      timeline: timeline.report(),
      distinct: Object.fromEntries(values.map(({ path, report }) => [path, report()])),
    }),
  };
}
