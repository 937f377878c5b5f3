import { MissingReferenceError } from '@attune/domain';
import type { Debounce, Dedupe, Retry, Throttle } from '@attune/domain';
import type { Patch } from '../columns.js';
import type { Db } from '../database.js';
import { definitionTable } from '../definition-table.js';
import { containsWords, equals, matchesRef } from '../filter.js';
import { byRef } from '../page.js';
import type { RuleRow } from '../schema/index.js';
import { listOf } from '../table.js';
import { componentLimits } from '../visible.js';
import { findIdentity } from './identity.repository.js';

export interface NewRule {
  ref: string;
  label: string;
  description?: string | null | undefined;
  enabled?: boolean | undefined;
  /** Made by a person, not by the files of the pack: survives updates of the pack. */
  is_adhoc?: boolean | undefined;
  trigger_ref: string;
  trigger_params?: Record<string, unknown> | undefined;
  conditions?: unknown;
  action_ref: string;
  action_params?: Record<string, unknown> | undefined;
  /** Null = the action's default, empty = no token. */
  permission_set_refs?: readonly string[] | null | undefined;
  owner_identity?: number | null | undefined;
  retry?: Retry | null | undefined;
  timeout_seconds?: number | null | undefined;
  start_timeout_seconds?: number | null | undefined;
  total_timeout_seconds?: number | null | undefined;
  dedupe?: Dedupe | null | undefined;
  throttle?: Throttle | null | undefined;
  debounce?: Debounce | null | undefined;
  priority?: number | null | undefined;
}

/** undefined keeps, null clears; `ref` is immutable. */
export type RulePatch = Patch<Omit<NewRule, 'ref'>>;

export interface RuleFilter {
  /** `*` is a wildcard, here and in other refs. */
  ref?: string | undefined;
  pack_ref?: string | undefined;
  trigger_ref?: string | undefined;
  action_ref?: string | undefined;
  enabled?: boolean | undefined;
  owner_identity?: number | undefined;
  is_adhoc?: boolean | undefined;
  /** Words that must all occur in ref, label or description. */
  search?: string | undefined;
}

const rules = definitionTable<RuleRow, NewRule>('rule', {
  refersTo: ['trigger', 'action'],
  check: requireOwner,
  // No conditions, said as null, are the empty list: always.
  normalise: (values) => (values.conditions === null ? { ...values, conditions: [] } : values),
});

export const insertRule = rules.insert;

export const findRule = rules.find;

export const findRuleByRef = rules.findByRef;

export const getRule = rules.get;

export const getRuleByRef = rules.getByRef;

/** By ref. */
export const listRules = listOf<RuleRow, RuleFilter>('rule', {
  order: byRef('rule'),
  limits: { ...componentLimits('rule'), owner: 'rule.owner_identity' },
  conditions: (filter) => [
    matchesRef('rule.ref', filter.ref),
    matchesRef('rule.pack_ref', filter.pack_ref),
    matchesRef('rule.trigger_ref', filter.trigger_ref),
    matchesRef('rule.action_ref', filter.action_ref),
    equals('rule.enabled', filter.enabled),
    equals('rule.is_adhoc', filter.is_adhoc),
    equals('rule.owner_identity', filter.owner_identity),
    containsWords(['rule.ref', 'rule.label', 'rule.description'], filter.search),
  ],
});

export const updateRule = rules.update;

/** Its enforcements stay. */
export const deleteRule = rules.delete;

export const restoreRule = rules.restore;

/** It may go later; then nothing runs on its behalf any more. */
async function requireOwner(db: Db, { owner_identity: owner }: RulePatch): Promise<void> {
  if (owner === undefined || owner === null || (await findIdentity(db, owner)) !== undefined) return;
  throw new MissingReferenceError('rule', 'owner_identity', owner);
}
