import type { ErrorDetail } from '../errors.js';
import { failureMessage } from '../expression/failure.js';
import { LruCache } from '../lru-cache.js';
import type { Clause } from './clause.js';
import { readConditions } from './conditions.js';
import type { ReadConditions } from './conditions.js';

export interface RuleEvent {
  id: number;
  trigger: string;
  payload: unknown;
  created: Date;
}

export interface RuleContext {
  /** The configuration of the rule's pack. */
  packConfig: unknown;
}

export interface RuleDecision {
  matched: boolean;
  /** One per condition, in order; conditions that decide nothing are evaluated too, so that all can be shown. */
  clauses: Clause[];
  /** Set when the outcome could not be decided; then `matched` is false. */
  error?: string;
}

const PATH = 'conditions';

/** Rules are read once and evaluated for many events: the conditions of a definition are one object for its life. */
const byIdentity = new WeakMap<object, ReadConditions>();
const byText = new LruCache<string, ReadConditions>(1000);

/** What is wrong with conditions, with the path of each: `conditions.all[1].operator`. */
export function checkConditions(conditions: unknown, path = PATH): ErrorDetail[] {
  return readConditions(conditions, path).problems;
}

/** Never throws. Deterministic: `now()` and the time_since operators count from the event's creation. */
export function evaluateRule(
  rule: { conditions: unknown },
  event: RuleEvent,
  context: RuleContext,
): RuleDecision {
  const clauses: Clause[] = [];
  try {
    const { condition, problems } = knownConditions(rule.conditions);
    const [problem] = problems;
    if (problem) return { matched: false, clauses, error: `${problem.path}: ${problem.message}` };
    const verdict = condition({
      payload: event.payload,
      context: { event, pack: { config: context.packConfig }, 'now()': event.created },
      now: event.created,
      clauses,
    });
    if (typeof verdict === 'object') return { matched: false, clauses, error: verdict.error };
    return { matched: verdict, clauses };
  } catch (error) {
    return { matched: false, clauses, error: failureMessage(error) };
  }
}

function knownConditions(conditions: unknown): ReadConditions {
  if (typeof conditions === 'object' && conditions !== null) {
    return byIdentity.get(conditions) ?? remembered(byIdentity, conditions, conditions);
  }
  if (typeof conditions !== 'string') return readConditions(conditions, PATH);
  return byText.get(conditions) ?? remembered(byText, conditions, conditions);
}

function remembered<Key>(
  cache: { set(key: Key, value: ReadConditions): unknown },
  key: Key,
  conditions: unknown,
): ReadConditions {
  const read = readConditions(conditions, PATH);
  cache.set(key, read);
  return read;
}
