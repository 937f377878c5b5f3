import type { PolicyMethod } from '@attune/domain';
import type { Selectable } from 'kysely';
import type { Defaulted, Id, Nullable, Stamp } from './column.js';

/** A limit on executions of an action, a rule, a pack or everything: at once, or per window. */
export interface PolicyTable {
  id: Id;
  ref: string;
  pack: number;
  pack_ref: string;
  action: Nullable<number>;
  action_ref: Nullable<string>;
  /** What one rule starts. */
  rule: Nullable<number>;
  rule_ref: Nullable<string>;
  /** True: applies to the whole of its pack when no action and no rule is named; false: to everything. */
  pack_wide: Defaulted<boolean>;
  name: string;
  description: Nullable<string>;
  enabled: Defaulted<boolean>;
  method: Defaulted<PolicyMethod>;
  threshold: number;
  /** NULL: at most `threshold` at once; otherwise at most `threshold` starts in so many seconds. */
  window_seconds: Nullable<number>;
  /** Parameter paths whose values form the group the limit is counted in. */
  parameters: Defaulted<string[]>;
  /** Expression over `parameters` whose value forms the group too. */
  key: Nullable<string>;
  tags: Defaulted<string[]>;
  created: Stamp;
  updated: Stamp;
}

export type PolicyRow = Selectable<PolicyTable>;
