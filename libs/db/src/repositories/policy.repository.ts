import type { PolicyMethod } from '@attune/domain';
import type { Db } from '../database.js';
import type { Authorship } from '../definition.js';
import type { Page, PageRequest } from '../page.js';
import type { PolicyRow } from '../schema/index.js';

export interface NewPolicy {
  ref: string;
  action_ref?: string | null | undefined;
  pack_wide?: boolean | undefined;
  name: string;
  description?: string | null | undefined;
  enabled?: boolean | undefined;
  method?: PolicyMethod | undefined;
  threshold: number;
  window_seconds?: number | null | undefined;
  parameters?: readonly string[] | undefined;
  tags?: readonly string[] | undefined;
}

/** undefined keeps, null clears. */
export type PolicyPatch = { [Column in Exclude<keyof NewPolicy, 'ref'>]?: NewPolicy[Column] | undefined };

export interface PolicyFilter {
  pack_ref?: string | undefined;
  action_ref?: string | undefined;
  tag?: string | undefined;
}

export declare function insertPolicy(db: Db, values: NewPolicy, by?: Authorship): Promise<PolicyRow>;
export declare function findPolicy(db: Db, id: number): Promise<PolicyRow | undefined>;
export declare function findPolicyByRef(db: Db, ref: string): Promise<PolicyRow | undefined>;
export declare function getPolicy(db: Db, id: number): Promise<PolicyRow>;
export declare function getPolicyByRef(db: Db, ref: string): Promise<PolicyRow>;
/** By ref. */
export declare function listPolicies(
  db: Db,
  filter: PolicyFilter,
  page: PageRequest,
): Promise<Page<PolicyRow>>;
export declare function updatePolicy(
  db: Db,
  id: number,
  patch: PolicyPatch,
  by?: Authorship,
): Promise<PolicyRow>;
export declare function deletePolicy(db: Db, id: number): Promise<boolean>;
