import { cancelPackExecutions, deletePack } from '@attune/db';
import type { CancelRequested, Db, PackRow } from '@attune/db';
import { InvalidStateError } from '@attune/domain';
import { executionCancelRequested, executionFinished, message } from '@attune/mq';
import type { Cause, Outgoing } from '@attune/mq';
import type { Access } from '../access/access.js';

export interface PackDeletion {
  readonly query: { readonly force?: boolean | undefined };
  readonly access: Access;
  readonly principal: { readonly login: string };
  readonly caller: { readonly cause: Cause };
}

/**
 * Refused while executions are under way; by force, cancels them first, in the same transaction, and once more when
 * nothing can be requested any more. Their workers are told after the commit; a message that is lost is sent again
 * by the executor's sweeps.
 */
export async function deletePackByForce(
  db: Db,
  { id, ref }: PackRow,
  { query, access, principal, caller }: PackDeletion,
): Promise<{ messages: Outgoing[] }> {
  if (query.force !== true) {
    await deletePack(db, id).catch((error: unknown) => suggestForce(error, ref));
    return { messages: [] };
  }
  access.requireAlso('executions:cancel', { packRef: ref });
  const why = `pack ${ref} deleted by ${principal.login}`;
  const cancelled = await cancelPackExecutions(db, ref, why);
  await deletePack(db, id);
  const late = await cancelPackExecutions(db, ref, why);
  return { messages: [...cancelled, ...late].map((execution) => toldOf(execution, caller.cause)) };
}

function toldOf({ id, attempt, status }: CancelRequested, cause: Cause): Outgoing {
  return status === 'cancelled'
    ? message(executionFinished, { executionId: id, attempt }, { cause })
    : message(executionCancelRequested, { executionId: id, attempt }, { cause });
}

function suggestForce(error: unknown, ref: string): never {
  if (!(error instanceof InvalidStateError) || !error.message.includes('under way')) throw error;
  throw new InvalidStateError(error.message, {
    details: [
      { path: 'query.force', message: `${ref} is in use`, hint: 'with ?force=true they are cancelled' },
    ],
    cause: error,
  });
}
