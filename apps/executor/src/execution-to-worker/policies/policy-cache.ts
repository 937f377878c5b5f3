import { loadPolicySet } from '@attune/db';
import type { Db, PolicyInForce, PolicySet } from '@attune/db';

/** Keeps the policies for as long as no definition changes. */
export interface PolicyCache {
  /** In the order in which their slots are taken; as of `epoch` or later. */
  inForce(epoch: number): Promise<readonly PolicyInForce[]>;
}

export function createPolicyCache(db: Db): PolicyCache {
  let kept: PolicySet | undefined;
  return {
    inForce: async (epoch) => {
      if (kept === undefined || kept.epoch < epoch) kept = await loadPolicySet(db);
      return kept.policies;
    },
  };
}
