import { lockRuleFlows, saveRuleFlows, supersedeEnforcements } from '@attune/db';
import type { EventRow, NewEnforcement, NewFlow, RuleFlowKey, Superseded, Trx } from '@attune/db';
import { decideFlow, flowKeys, flowStateEnds, hasFlow } from '@attune/domain';
import type { FlowDecision, FlowKey, FlowState, RuleEvent, RuleForEvaluation } from '@attune/domain';

import type { RuleMatch } from './decide-event.js';

/** Matches whose rule does not act on every one: they are decided in the transaction that records them. */
export function isControlled({ rule, enforcement }: RuleMatch): boolean {
  return enforcement.execution !== undefined && hasFlow(rule);
}

export interface FlowOutcome {
  /** The same matches, some of them disabled or waiting now. */
  readonly matches: readonly RuleMatch[];
  /** To be called when the matches are recorded. */
  readonly remember: () => Promise<void>;
}

/**
 * Goes through the matches of rules with dedupe, throttle or debounce in the order of their events, after what is
 * remembered of earlier ones; nobody else decides matches of the same keys meanwhile.
 */
export async function controlFlow(
  trx: Trx,
  matches: readonly RuleMatch[],
  events: ReadonlyMap<number, EventRow>,
): Promise<FlowOutcome> {
  const controlled = matches.filter(isControlled).map((match) => ({ match, ...keysOf(match, events) }));
  const flows = await lockRuleFlows(
    trx,
    controlled.flatMap(({ match: { rule }, keys }) => keys.map(rowOf(rule))),
  );
  const memory = new FlowMemory(flows);
  const decided = new Map<RuleMatch, NewEnforcement>();
  for (const { match, event, keys } of controlled) {
    const decision = decideFlow(
      match.rule,
      event,
      new Map(keys.map((key) => [key, memory.of(match.rule, key)])),
    );
    decided.set(match, enforcementAfter(match.enforcement, decision));
    memory.keep(match.rule, decision);
  }
  return {
    matches: matches.map((match) =>
      supersededIn(memory, { ...match, enforcement: decided.get(match) ?? match.enforcement }),
    ),
    remember: async () => {
      await supersedeEnforcements(trx, memory.superseded());
      await saveRuleFlows(trx, memory.changed());
    },
  };
}

function keysOf({ rule, enforcement }: RuleMatch, events: ReadonlyMap<number, EventRow>) {
  const row = events.get(enforcement.event_id);
  if (row === undefined) throw new Error(`event ${enforcement.event_id} of a match was not given`);
  const event: RuleEvent = {
    id: row.id,
    trigger: row.trigger_ref,
    payload: row.payload,
    created: row.created,
  };
  return { event, keys: flowKeys(rule, event, rule.pack_config) };
}

function enforcementAfter(accepted: NewEnforcement, { disabled, waitUntil }: FlowDecision): NewEnforcement {
  const { event_id, rule_id, rule_version } = accepted;
  const match = { event_id, rule_id, rule_version };
  if (disabled !== undefined) return { ...match, disabled };
  if (waitUntil !== undefined) return { ...match, waiting: { waiting_for: 'quiet', due_at: waitUntil } };
  return accepted;
}

/** What came after it in the same batch: it need not wait to be disabled. */
function supersededIn(memory: FlowMemory, match: RuleMatch): RuleMatch {
  const { event_id, rule_id, rule_version } = match.enforcement;
  const detail = memory.supersededBy(match);
  return detail === undefined
    ? match
    : {
        ...match,
        enforcement: { event_id, rule_id, rule_version, disabled: { code: 'superseded', detail } },
      };
}

/** The states of the keys of one batch, as they are and as they become. */
class FlowMemory {
  readonly #states = new Map<string, FlowState>();
  readonly #changed = new Map<string, NewFlow>();
  readonly #superseded = new Map<string, Superseded>();

  constructor(flows: readonly (RuleFlowKey & { state: FlowState | null })[]) {
    for (const { state, ...key } of flows) if (state !== null) this.#states.set(textOf(key), state);
  }

  of(rule: RuleForEvaluation, key: FlowKey): FlowState | undefined {
    return this.#states.get(textOf(rowOf(rule)(key)));
  }

  keep(rule: RuleForEvaluation, { states }: FlowDecision): void {
    for (const [key, state] of states) {
      const row = rowOf(rule)(key);
      const text = textOf(row);
      const before = this.#states.get(text);
      if (key.kind === 'debounce' && before !== undefined) this.#supersede(rule, before.event, state.event);
      this.#states.set(text, state);
      this.#changed.set(text, { ...row, state, expires_at: flowStateEnds(rule, key, state) });
    }
  }

  changed(): NewFlow[] {
    return [...this.#changed.values()];
  }

  superseded(): Superseded[] {
    return [...this.#superseded.values()];
  }

  supersededBy({ enforcement: { event_id, rule_id } }: RuleMatch): string | undefined {
    return this.#superseded.get(`${rule_id} ${event_id}`)?.detail;
  }

  #supersede({ id }: RuleForEvaluation, earlier: number, later: number): void {
    const detail = `event ${later} came before it was quiet`;
    this.#superseded.set(`${id} ${earlier}`, { event_id: earlier, rule_id: id, detail });
  }
}

function rowOf({ id }: RuleForEvaluation): (key: FlowKey) => RuleFlowKey {
  return ({ kind, key }) => ({ rule: id, kind, key });
}

function textOf({ rule, kind, key }: RuleFlowKey): string {
  return `${rule} ${kind} ${key}`;
}
