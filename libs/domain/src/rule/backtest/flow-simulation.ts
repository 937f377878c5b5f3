import type { DisabledReason } from '../../enforcement/enforcement-status.js';
import type { RuleEvent } from '../evaluate-rule.js';
import { hasFlow, spanMs } from '../flow/flow-settings.js';
import { decideFlow, flowKeys, flowStateEnds } from '../flow/flow.js';
import type { FlowKey, FlowState } from '../flow/flow.js';
import type { RuleForEvaluation } from '../rule-for-evaluation.js';

/** Keys that are remembered before those are forgotten that say nothing any more. */
const manyKeys = 10_000;

/** What becomes of accepted matches under dedupe, throttle and debounce. */
export interface FlowSimulation {
  /** Answers which matches are run, this one or an earlier one that waited, and why others are not. */
  take(event: RuleEvent): { run: readonly RuleEvent[]; refused?: DisabledReason };
  /** Those that wait for quiet, when the events are at their end: nothing else comes, so they are run. */
  drain(): readonly RuleEvent[];
}

/** The decisions of the live path, after the matches of this run only, in the order of their events. */
export function simulateFlow(rule: RuleForEvaluation): FlowSimulation {
  const states = new Map<string, FlowState>();
  const quiet = new Map<string, RuleEvent>();
  const until = new Map<string, number>();

  const remember = (key: FlowKey, state: FlowState) => {
    const text = textOf(key);
    states.set(text, state);
    until.set(text, flowStateEnds(rule, key, state).getTime());
    if (states.size > manyKeys) forget(state.times.at(-1) ?? 0);
  };
  const forget = (now: number) => {
    for (const [text, end] of until) {
      if (end > now || quiet.has(text)) continue;
      states.delete(text);
      until.delete(text);
    }
  };
  const wait = (text: string, event: RuleEvent, quietMs: number): ReturnType<FlowSimulation['take']> => {
    const before = quiet.get(text);
    quiet.set(text, event);
    if (before === undefined) return { run: [] };
    const isOver = event.created.getTime() >= before.created.getTime() + quietMs;
    return isOver ? { run: [before] } : { run: [], refused: 'superseded' };
  };

  return {
    take: (event) => {
      if (!hasFlow(rule)) return { run: [event] };
      const keys = flowKeys(rule, event, rule.pack_config);
      const decision = decideFlow(rule, event, new Map(keys.map((key) => [key, states.get(textOf(key))])));
      if (decision.disabled !== undefined) return { run: [], refused: decision.disabled.code };
      for (const [key, state] of decision.states) remember(key, state);
      const debounced = keys.find(({ kind }) => kind === 'debounce');
      if (debounced === undefined || !rule.debounce) return { run: [event] };
      return wait(textOf(debounced), event, spanMs(rule.debounce.quiet));
    },
    drain: () => {
      const events = [...quiet.values()];
      quiet.clear();
      return events;
    },
  };
}

function textOf({ kind, key }: FlowKey): string {
  return `${kind} ${key}`;
}
