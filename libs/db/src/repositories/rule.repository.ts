import type { Retry } from '@attune/domain';
import type { Db } from '../database.js';
import type { Authorship } from '../definition.js';
import type { Page, PageRequest } from '../page.js';
import type { RuleRow } from '../schema/index.js';

export interface NewRule {
  ref: string;
  label: string;
  description?: string | null | undefined;
  enabled?: boolean | undefined;
  is_adhoc?: boolean | undefined;
  trigger_ref: string;
  trigger_params?: Record<string, unknown> | undefined;
  conditions?: unknown;
  action_ref: string;
  action_params?: Record<string, unknown> | undefined;
  permission_set_refs?: readonly string[] | null | undefined;
  owner_identity?: number | null | undefined;
  retry?: Retry | null | undefined;
  timeout_seconds?: number | null | undefined;
  concurrency?: unknown;
  dedupe?: Record<string, unknown> | null | undefined;
  throttle?: Record<string, unknown> | null | undefined;
  debounce?: Record<string, unknown> | null | undefined;
  priority?: number | null | undefined;
}

/** undefined keeps, null clears. */
export type RulePatch = { [Column in Exclude<keyof NewRule, 'ref'>]?: NewRule[Column] | undefined };

export interface RuleFilter {
  pack_ref?: string | undefined;
  trigger_ref?: string | undefined;
  action_ref?: string | undefined;
  enabled?: boolean | undefined;
  owner_identity?: number | undefined;
}

export declare function insertRule(db: Db, values: NewRule, by?: Authorship): Promise<RuleRow>;
export declare function findRule(db: Db, id: number): Promise<RuleRow | undefined>;
export declare function findRuleByRef(db: Db, ref: string): Promise<RuleRow | undefined>;
export declare function getRule(db: Db, id: number): Promise<RuleRow>;
export declare function getRuleByRef(db: Db, ref: string): Promise<RuleRow>;
/** By ref. */
export declare function listRules(db: Db, filter: RuleFilter, page: PageRequest): Promise<Page<RuleRow>>;
export declare function updateRule(db: Db, id: number, patch: RulePatch, by?: Authorship): Promise<RuleRow>;
export declare function deleteRule(db: Db, id: number): Promise<boolean>;
