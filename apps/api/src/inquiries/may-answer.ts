import { listExecutionAncestors, listRoles } from '@attune/db';
import type { Db, InquiryRow } from '@attune/db';
import { PermissionDeniedError } from '@attune/domain';
import type { Principal } from '@attune/domain';

/**
 * Beyond the permission: a question is answered by whom it was put to. What runs cannot answer for itself or for what
 * it is a part of, nor in the name of a person. Throws PermissionDeniedError.
 */
export async function requireAnswerer(db: Db, inquiry: InquiryRow, principal: Principal): Promise<void> {
  await requireOutsider(db, inquiry, principal);
  if (!(await isAskedOf(db, inquiry, principal))) throw denied(inquiry, 'it is assigned to somebody else');
}

/** The execution that asks, and those below it, have no say in who answers and how. */
export async function requireOutsider(
  db: Db,
  inquiry: InquiryRow,
  { executionId }: Principal,
): Promise<void> {
  if (executionId === undefined) return;
  const line = [executionId, ...(await listExecutionAncestors(db, executionId))];
  if (line.includes(inquiry.execution)) throw denied(inquiry, 'an execution cannot for its own tree');
}

async function isAskedOf(
  db: Db,
  { assigned_to, assigned_role }: InquiryRow,
  { kind, identityId }: Principal,
): Promise<boolean> {
  if (assigned_to === null && assigned_role === null) return true;
  if (kind !== 'identity') return false;
  if (assigned_to === identityId) return true;
  return assigned_role !== null && (await listRoles(db, identityId)).includes(assigned_role);
}

function denied({ id }: InquiryRow, reason: string): PermissionDeniedError {
  return new PermissionDeniedError(`cannot answer inquiry ${id}: ${reason}`);
}
