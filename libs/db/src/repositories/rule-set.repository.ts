import type { Retry } from '@attune/domain';
import type { Db } from '../database.js';

/** What the executor needs of a rule's action to make executions of it. */
export interface RuleAction {
  id: number;
  ref: string;
  /** Id of the action's present definition_version. */
  version: number;
  enabled: boolean;
  param_schema: Record<string, unknown> | null;
  runtime_ref: string | null;
  is_workflow: boolean;
  timeout_seconds: number | null;
  retry: Retry | null;
  priority: number;
  default_execution_permission_set_refs: string[];
}

/** An enabled rule of an enabled trigger with everything its evaluation needs. */
export interface RuleForEvaluation {
  id: number;
  ref: string;
  /** Id of the rule's present definition_version. */
  version: number;
  trigger: number;
  trigger_ref: string;
  pack_ref: string;
  pack_config: Record<string, unknown>;
  conditions: unknown;
  action_ref: string;
  action_params: Record<string, unknown>;
  /** null = the action does not exist (any more). */
  action: RuleAction | null;
  permission_set_refs: string[] | null;
  owner_identity: number | null;
  priority: number | null;
  timeout_seconds: number | null;
  retry: Retry | null;
  concurrency: unknown;
  dedupe: Record<string, unknown> | null;
  throttle: Record<string, unknown> | null;
  debounce: Record<string, unknown> | null;
}

export interface RuleSet {
  epoch: number;
  rules: RuleForEvaluation[];
}

/** Rules of the given triggers by id, and the epoch they belong to, in one statement (one snapshot). */
export declare function loadRuleSet(db: Db, triggerIds: readonly number[]): Promise<RuleSet>;
