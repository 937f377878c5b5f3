import type { DisabledReason } from '../../enforcement/enforcement-status.js';
import type { ClauseCount } from './failing-clauses.js';
import type { Timeline } from './timeline.js';
import type { ValueCounts } from './value-counts.js';

/** Of matches, and of errors. */
export const mostExamples = 10;

/** Counts are exact; lists of examples are short. */
export interface BacktestReport {
  /** Events looked at: matches + nonMatches + errors + addressedElsewhere. */
  events: number;
  matches: number;
  nonMatches: number;
  errors: number;
  /** Events that are meant for another rule alone. */
  addressedElsewhere: number;
  /** Of the matches, those that would be run. */
  executions: number;
  /** Of the matches, those that would not, by reason. */
  refusals: Partial<Record<DisabledReason, number>>;
  failingClauses: ClauseCount[];
  errorExamples: { event: number; message: string }[];
  matchExamples: MatchExample[];
  timeline: Timeline;
  /** By the path of the parameter. */
  distinct: Record<string, ValueCounts>;
  difference?: Difference;
}

export interface MatchExample {
  event: number;
  created: Date;
  parameters: Record<string, unknown> | null;
  refusal: { code: DisabledReason; detail: string } | null;
}

/** To what the rule says now. */
export interface Difference {
  /** Matches of the rule that is tried that the present one does not match. */
  added: EventCount;
  /** And the other way round. */
  removed: EventCount;
  /** Matches of both with another outcome, or other parameters. */
  changed: EventCount;
}

export interface EventCount {
  count: number;
  /** Ids of the first of them. */
  events: number[];
}
