import { loadRuleSet } from '@attune/db';
import type { Db, RuleSet } from '@attune/db';
import type { RuleForEvaluation } from '@attune/domain';

/** Rules as they were at one epoch. */
export interface RuleSnapshot {
  readonly epoch: number;
  /** By trigger id, of the triggers that were asked for and perhaps of others. */
  readonly byTrigger: ReadonlyMap<number, readonly RuleForEvaluation[]>;
}

/**
 * Keeps the rules of the triggers that events came for. A snapshot may be out of date: whoever decides on it
 * commits with its epoch, and forgets it when that was refused.
 */
export interface RuleCache {
  snapshot(triggerIds: readonly number[]): Promise<RuleSnapshot>;
  /** Loads afresh next time; with an epoch, only if what is kept is not newer. */
  forget(epoch?: number): void;
}

export function createRuleCache(db: Db): RuleCache {
  let kept: KeptRules | undefined;

  const keep = (loaded: KeptRules): KeptRules => {
    if (kept?.epoch === loaded.epoch) for (const entry of loaded.byTrigger) kept.byTrigger.set(...entry);
    else if (kept === undefined || kept.epoch < loaded.epoch) kept = loaded;
    return kept;
  };

  return {
    snapshot: async (triggerIds) => {
      const missing = triggerIds.filter((id) => kept?.byTrigger.has(id) !== true);
      if (kept !== undefined && missing.length === 0) return kept;
      const extended = keep(byTrigger(await loadRuleSet(db, missing), missing));
      if (triggerIds.every((id) => extended.byTrigger.has(id))) return extended;
      const loaded = byTrigger(await loadRuleSet(db, triggerIds), triggerIds);
      keep(loaded);
      return loaded;
    },
    forget: (epoch = Infinity) => {
      if (kept !== undefined && kept.epoch <= epoch) kept = undefined;
    },
  };
}

interface KeptRules {
  readonly epoch: number;
  readonly byTrigger: Map<number, RuleForEvaluation[]>;
}

/** A trigger without rules is known to have none. */
function byTrigger({ epoch, rules }: RuleSet, triggerIds: readonly number[]): KeptRules {
  const groups = new Map<number, RuleForEvaluation[]>(triggerIds.map((id) => [id, []]));
  for (const rule of rules) groups.get(rule.trigger)?.push(rule);
  return { epoch, byTrigger: groups };
}
