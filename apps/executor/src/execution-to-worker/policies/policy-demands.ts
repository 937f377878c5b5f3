import type { AdmissionRequest, ExecutionToSchedule, PolicyInForce } from '@attune/db';
import { groupKeyOf, isLimitedBy } from '@attune/domain';

/** The slots an execution needs, in the order in which they are taken. */
export type Demands = ReadonlyMap<number, readonly AdmissionRequest[]>;

/** By execution id; of those that no policy limits there is none. `rules`: the rule that started each. */
export function policyDemands(
  executions: readonly ExecutionToSchedule[],
  policies: readonly PolicyInForce[],
  rules: ReadonlyMap<number, number>,
): Demands {
  const demands = new Map<number, readonly AdmissionRequest[]>();
  for (const execution of executions) {
    const limited = { action_ref: execution.action_ref, rule: rules.get(execution.id) ?? null };
    const applying = policies.filter((policy) => isLimitedBy(policy, limited));
    if (applying.length > 0)
      demands.set(
        execution.id,
        applying.map((policy) => demandOf(execution, policy)),
      );
  }
  return demands;
}

function demandOf({ id, config }: ExecutionToSchedule, policy: PolicyInForce): AdmissionRequest {
  const group_key = groupKeyOf(policy, config ?? {});
  const detail = describeLimit(policy, group_key);
  return { policy: policy.id, group_key, execution: id, detail };
}

function describeLimit({ ref, threshold, window_seconds }: PolicyInForce, group: string): string {
  const limit =
    window_seconds === null ? `${threshold} at once` : `${threshold} starts in ${window_seconds} s`;
  return `policy ${ref} allows ${limit}${group === '' ? '' : ` for ${group}`}`;
}
