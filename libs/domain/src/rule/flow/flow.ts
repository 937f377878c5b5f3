import { errorMessage } from '../../errors.js';
import { compileExpression, evaluateExpression } from '../../expression/expression.js';
import { distinctText } from '../../distinct-text.js';
import type { RuleEvent } from '../evaluate-rule.js';
import { conditionNamespaces } from '../namespaces.js';
import { spanMs } from './flow-settings.js';
import type { FlowSettings } from './flow-settings.js';

export type FlowKind = 'dedupe' | 'throttle' | 'debounce';

/** Whom a match of a rule is compared with: the matches of the same key. */
export interface FlowKey {
  readonly kind: FlowKind;
  readonly key: string;
}

/** What is remembered of the matches of a key: their times, in milliseconds, the newest last, and the last event. */
export interface FlowState {
  readonly times: readonly number[];
  readonly event: number;
}

/** What becomes of a match, and what is to be remembered. */
export interface FlowDecision {
  readonly disabled?: { readonly code: 'duplicate' | 'throttled'; readonly detail: string };
  /** It waits until then whether another one comes. */
  readonly waitUntil?: Date;
  readonly states: ReadonlyMap<FlowKey, FlowState>;
}

/** Under which keys the match is compared; an expression that fails on the event makes a key of its error. */
export function flowKeys(
  settings: FlowSettings,
  event: RuleEvent,
  packConfig: Record<string, unknown>,
): FlowKey[] {
  return (['dedupe', 'throttle', 'debounce'] as const).flatMap((kind) => {
    const setting = settings[kind];
    return setting ? [{ kind, key: keyOf(setting.key, event, packConfig) }] : [];
  });
}

/**
 * Whether a rule acts on a match, after what it knows of earlier ones. Pure, and by the time of the event: decided
 * again, and in a backtest, it is the same. A match that is disabled is not remembered.
 */
export function decideFlow(
  settings: FlowSettings,
  event: Pick<RuleEvent, 'id' | 'created'>,
  known: ReadonlyMap<FlowKey, FlowState | undefined>,
): FlowDecision {
  const states = new Map<FlowKey, FlowState>();
  let waitUntil: Date | undefined;
  for (const [key, state] of known) {
    const { disabled, times, quietUntil } = judges[key.kind](settings, event.created.getTime(), state);
    if (disabled !== undefined) return { disabled, states: new Map() };
    states.set(key, { times, event: event.id });
    waitUntil = quietUntil ?? waitUntil;
  }
  return { states, ...(waitUntil === undefined ? {} : { waitUntil }) };
}

/** When a state has nothing to say any more. */
export function flowStateEnds(settings: FlowSettings, { kind }: FlowKey, { times }: FlowState): Date {
  const last = times.at(-1) ?? 0;
  const span = kind === 'debounce' ? settings.debounce?.quiet : settings[kind]?.window;
  return new Date(last + spanMs(span ?? '0s'));
}

interface Judgement {
  readonly disabled?: NonNullable<FlowDecision['disabled']>;
  readonly times: readonly number[];
  readonly quietUntil?: Date;
}

type Judge = (settings: FlowSettings, at: number, state: FlowState | undefined) => Judgement;

const judges: Readonly<Record<FlowKind, Judge>> = {
  dedupe: ({ dedupe }, at, state) => {
    const last = state?.times.at(-1);
    if (dedupe && last !== undefined && at < last + spanMs(dedupe.window)) {
      const detail = `event ${state?.event} with the same key came less than ${dedupe.window} before`;
      return { disabled: { code: 'duplicate', detail }, times: [] };
    }
    return { times: [at] };
  },
  throttle: ({ throttle }, at, state) => {
    if (!throttle) return { times: [at] };
    const within = (state?.times ?? []).filter((time) => time > at - spanMs(throttle.window));
    if (within.length < throttle.count) return { times: [...within, at].toSorted((a, b) => a - b) };
    const detail = `${throttle.count} in ${throttle.window} are allowed, the last was event ${state?.event}`;
    return { disabled: { code: 'throttled', detail }, times: [] };
  },
  debounce: ({ debounce }, at) => ({
    times: [at],
    ...(debounce ? { quietUntil: new Date(at + spanMs(debounce.quiet)) } : {}),
  }),
};

function keyOf(text: string | undefined, event: RuleEvent, packConfig: Record<string, unknown>): string {
  if (text === undefined) return '';
  try {
    const compiled = compileExpression(text, { namespaces: conditionNamespaces });
    const context = { event, pack: { config: packConfig }, 'now()': event.created };
    return distinctText(evaluateExpression(compiled, context));
  } catch (error) {
    return distinctText({ error: errorMessage(error) });
  }
}
