import type { PolicyMethod } from '@attune/domain';
import { definitionTable } from '../definition-table.js';
import { contains, containsWords, equals, matchesRef } from '../filter.js';
import { byRef } from '../page.js';
import type { PolicyRow } from '../schema/index.js';
import { listOf } from '../table.js';
import { componentLimits } from '../visible.js';

export interface NewPolicy {
  ref: string;
  /** The action it limits. Absent, as is `rule_ref`: see `pack_wide`. */
  action_ref?: string | null | undefined;
  /** The rule it limits: what it starts, of whatever action. */
  rule_ref?: string | null | undefined;
  /** True: the limit holds for all actions of its pack together; false: for all there are. */
  pack_wide?: boolean | undefined;
  name: string;
  description?: string | null | undefined;
  enabled?: boolean | undefined;
  method?: PolicyMethod | undefined;
  threshold: number;
  /** Null: at most `threshold` at once; else at most `threshold` starts in so many seconds. */
  window_seconds?: number | null | undefined;
  /** Parameter paths whose values form the group that is counted. */
  parameters?: readonly string[] | undefined;
  /** Expression over `parameters` whose value forms the group too. */
  key?: string | null | undefined;
  tags?: readonly string[] | undefined;
}

export interface PolicyFilter {
  /** `*` is a wildcard, here and in other refs. */
  ref?: string | undefined;
  pack_ref?: string | undefined;
  action_ref?: string | undefined;
  rule_ref?: string | undefined;
  tag?: string | undefined;
  enabled?: boolean | undefined;
  /** Words that must all occur in ref, name or description. */
  search?: string | undefined;
}

const policies = definitionTable<PolicyRow, NewPolicy>('policy', { refersTo: ['action', 'rule'] });

export const insertPolicy = policies.insert;

export const findPolicy = policies.find;

export const findPolicyByRef = policies.findByRef;

export const getPolicy = policies.get;

export const getPolicyByRef = policies.getByRef;

/** By ref. */
export const listPolicies = listOf<PolicyRow, PolicyFilter>('policy', {
  order: byRef('policy'),
  limits: componentLimits('policy'),
  conditions: (filter) => [
    matchesRef('policy.ref', filter.ref),
    matchesRef('policy.pack_ref', filter.pack_ref),
    matchesRef('policy.action_ref', filter.action_ref),
    matchesRef('policy.rule_ref', filter.rule_ref),
    contains('policy.tags', filter.tag),
    equals('policy.enabled', filter.enabled),
    containsWords(['policy.ref', 'policy.name', 'policy.description'], filter.search),
  ],
});

export const updatePolicy = policies.update;

/** Frees all slots it counted. */
export const deletePolicy = policies.delete;

export const restorePolicy = policies.restore;
