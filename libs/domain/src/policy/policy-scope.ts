import { splitRef } from '../ref.js';

/** Whom a policy limits: one action, what one rule starts, a pack, or, naming none of them, everything. */
export interface PolicyScope {
  readonly pack_ref: string;
  readonly action_ref: string | null;
  /** Id of the rule. */
  readonly rule: number | null;
  readonly pack_wide: boolean;
}

export interface LimitedExecution {
  readonly action_ref: string;
  /** Id of the rule that started it; null: none did. */
  readonly rule: number | null;
}

export function isLimitedBy(scope: PolicyScope, { action_ref, rule }: LimitedExecution): boolean {
  if (scope.action_ref !== null) return scope.action_ref === action_ref;
  if (scope.rule !== null) return scope.rule === rule;
  return !scope.pack_wide || scope.pack_ref === splitRef(action_ref).pack;
}
