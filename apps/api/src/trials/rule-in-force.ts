import { loadRuleSurroundings } from '@attune/db';
import type { Db, RuleRow, RuleSurroundings } from '@attune/db';
import type { RuleForEvaluation } from '@attune/domain';

/** What a rule says, whether it is stored, was in an earlier version, or is a draft. */
export type SaidRule = Pick<
  RuleRow,
  | 'id'
  | 'ref'
  | 'pack_ref'
  | 'enabled'
  | 'trigger_ref'
  | 'conditions'
  | 'action_ref'
  | 'action_params'
  | 'permission_set_refs'
  | 'owner_identity'
  | 'priority'
  | 'timeout_seconds'
  | 'retry'
  | 'dedupe'
  | 'throttle'
  | 'debounce'
> & {
  /** Id of its definition_version; 0 for a draft. */
  version: number;
};

export interface RuleInForce {
  readonly rule: RuleForEvaluation;
  readonly enabled: boolean;
  readonly trigger: RuleSurroundings['trigger'];
  /** Its action has been deleted since: when is not known. */
  readonly isActionGone: boolean;
}

export interface Moment {
  /** Undefined: now. */
  readonly at?: Date | undefined;
  /** It is known that the action was gone by then. */
  readonly withoutAction?: boolean;
}

/** A rule with everything its decisions depend on, as all that was at a moment. */
export async function ruleInForce(db: Db, said: SaidRule, moment: Moment = {}): Promise<RuleInForce> {
  const { trigger, action, pack_config, owner } = await loadRuleSurroundings(db, { ...said, at: moment.at });
  const rule: RuleForEvaluation = {
    ...said,
    trigger: trigger?.id ?? 0,
    pack_config,
    action: isWithoutAction(action, moment) ? null : action,
    owner,
  };
  return { rule, enabled: said.enabled, trigger, isActionGone: action?.is_gone ?? false };
}

/** One that is gone now is taken for one that was there then, unless it is known better. */
function isWithoutAction(action: RuleSurroundings['action'], { at, withoutAction = false }: Moment): boolean {
  return withoutAction || (at === undefined && action?.is_gone === true);
}
