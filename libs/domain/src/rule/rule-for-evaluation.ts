import type { Grant } from '../access/grant.js';
import type { Retry } from '../execution/retry.js';
import type { Debounce, Dedupe, Throttle } from './flow/flow-settings.js';

/** What is needed of a rule's action to make executions of it. */
export interface RuleAction {
  id: number;
  ref: string;
  /** Id of its definition_version. */
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

/** On whose behalf a rule runs, and which actions that lets it execute. */
export interface RuleOwner {
  login: string;
  frozen: boolean;
  attributes: Record<string, unknown>;
  /** Those of its grants that name actions:execute. */
  grants: Grant[];
}

/** A rule with everything its evaluation needs, as it is stored: sets of them are decided on as they were read. */
export interface RuleForEvaluation {
  id: number;
  ref: string;
  /** Id of its definition_version. */
  version: number;
  trigger: number;
  trigger_ref: string;
  pack_ref: string;
  /** Its secrets as SecretValue, to be passed on unopened. */
  pack_config: Record<string, unknown>;
  conditions: unknown;
  action_ref: string;
  action_params: Record<string, unknown>;
  /** null = there is none of this ref (any more). */
  action: RuleAction | null;
  permission_set_refs: string[] | null;
  owner_identity: number | null;
  /** null = there is none (any more). */
  owner: RuleOwner | null;
  priority: number | null;
  timeout_seconds: number | null;
  retry: Retry | null;
  dedupe: Dedupe | null;
  throttle: Throttle | null;
  debounce: Debounce | null;
}
