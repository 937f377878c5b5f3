import { listExecutionAncestors } from '@attune/db';
import type { Db, ExecutionSummary } from '@attune/db';
import type { AccessedResource, Principal } from '@attune/domain';
import { componentResource } from './resource.js';

type PlacedExecution = Pick<ExecutionSummary, 'id' | 'action_ref' | 'executor' | 'parent'>;

/** An execution as grants look at it. What stands above it matters to who acts for an execution, and to nobody else. */
export async function executionResource(
  db: Db,
  { id, action_ref, executor, parent }: PlacedExecution,
  principal: Principal,
): Promise<AccessedResource> {
  const isAsked = principal.executionId !== undefined && parent !== null;
  return {
    ...componentResource(action_ref, id),
    ownerIdentityId: executor,
    executionId: id,
    executionAncestors: isAsked ? await listExecutionAncestors(db, id) : [],
  };
}
