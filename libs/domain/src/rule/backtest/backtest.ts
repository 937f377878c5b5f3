import { decideRule, isAddressedTo } from '../decide-rule.js';
import type { Addressee, RuleOutcome } from '../decide-rule.js';
import type { RuleEvent } from '../evaluate-rule.js';
import type { RuleForEvaluation } from '../rule-for-evaluation.js';
import type { BacktestReport } from './backtest-report.js';
import { mostExamples } from './backtest-report.js';
import { compareWith } from './comparison.js';
import { countFailingClauses } from './failing-clauses.js';
import { countMatches } from './matches.js';
import type { MatchesSetup } from './matches.js';

export interface BacktestSetup extends Pick<MatchesSetup, 'distinct' | 'hide'> {
  rule: RuleForEvaluation;
  /** What it is compared with. */
  current?: RuleForEvaluation | undefined;
}

export type BacktestEvent = RuleEvent & Addressee;

export interface Backtest {
  /** They grow with each event. */
  readonly counts: Readonly<Pick<BacktestReport, 'events' | 'matches'>>;
  take(event: BacktestEvent): void;
  /** What was found so far. */
  report(): BacktestReport;
}

/** Decides events one by one as the live path would, and keeps counts and a few examples: its memory has a bound. */
export function startBacktest({ rule, current, distinct, hide }: BacktestSetup): Backtest {
  const counts = { events: 0, matches: 0, nonMatches: 0, errors: 0, addressedElsewhere: 0 };
  const matches = countMatches({ rule, distinct, hide });
  const failing = countFailingClauses();
  const errorExamples: BacktestReport['errorExamples'] = [];
  const comparison = current && compareWith(current);

  const count = (event: RuleEvent, outcome: RuleOutcome) => {
    if (outcome.matched) {
      counts.matches += 1;
      matches.take(event, outcome);
    } else if (outcome.error === undefined) {
      counts.nonMatches += 1;
      failing.count(event.id, outcome.clauses);
    } else {
      counts.errors += 1;
      if (errorExamples.length >= mostExamples) return;
      errorExamples.push({ event: event.id, message: outcome.error });
    }
  };
  return {
    counts,
    take: (event) => {
      counts.events += 1;
      if (!isAddressedTo(event, rule.id)) {
        counts.addressedElsewhere += 1;
        return;
      }
      const outcome = decideRule(rule, event);
      count(event, outcome);
      comparison?.take(event, outcome);
    },
    report: () => ({
      ...counts,
      ...matches.report(),
      errorExamples,
      failingClauses: failing.most(),
      ...(comparison === undefined ? {} : { difference: comparison.difference }),
    }),
  };
}
