import type { DisabledReason } from '../../enforcement/enforcement-status.js';
import type { RuleOutcome } from '../decide-rule.js';
import type { RuleEvent } from '../evaluate-rule.js';
import type { BacktestReport } from './backtest-report.js';
import { mostExamples } from './backtest-report.js';
import type { RuleForEvaluation } from '../rule-for-evaluation.js';
import { simulateFlow } from './flow-simulation.js';
import { countOverTime } from './timeline.js';
import { countValues } from './value-counts.js';

type MatchReport = Pick<
  BacktestReport,
  'executions' | 'refusals' | 'matchExamples' | 'timeline' | 'distinct'
>;

export interface MatchesSetup {
  rule: RuleForEvaluation;
  /** Paths of parameters whose values are counted: `host`, `target.port`. */
  distinct: readonly string[];
  /** The parameters of the action as they may be shown. */
  hide: (parameters: Record<string, unknown>) => Record<string, unknown>;
}

/** What matches lead to. */
export function countMatches({ rule, distinct, hide }: MatchesSetup) {
  let executions = 0;
  const refusals: MatchReport['refusals'] = {};
  const matchExamples: MatchReport['matchExamples'] = [];
  const timeline = countOverTime();
  const values = distinct.map((path) => countValues(path));
  const flow = simulateFlow(rule);

  const countRun = ({ created }: RuleEvent) => {
    executions += 1;
    timeline.count(created);
  };
  const countRefusal = (code: DisabledReason) => {
    refusals[code] = (refusals[code] ?? 0) + 1;
  };
  const countOutcome = (event: RuleEvent, { execution, refusal }: RuleOutcome) => {
    if (refusal !== undefined) countRefusal(refusal.code);
    if (execution === undefined) return;
    const { run, refused } = flow.take(event);
    run.forEach(countRun);
    if (refused !== undefined) countRefusal(refused);
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
    report: (): MatchReport => {
      flow.drain().forEach(countRun);
      return {
        executions,
        refusals,
        matchExamples,
        timeline: timeline.report(),
        distinct: Object.fromEntries(values.map(({ path, report }) => [path, report()])),
      };
    },
  };
}
