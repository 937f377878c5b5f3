import { cancelPackExecutions, deletePack } from '@attune/db';
import type { CancelRequested, PackRow, Trx } from '@attune/db';
import { InvalidStateError } from '@attune/domain';
import { executionCancelRequested, executionFinished, message } from '@attune/mq';
import type { Cause, Outgoing } from '@attune/mq';
import type { Access } from '../access/access.js';
import { keepingAdministrator } from '../access/last-administrator.js';

export interface PackDeletion {
  readonly query: { readonly force?: boolean | undefined };
  readonly access: Access;
  readonly principal: { readonly login: string };
  readonly caller: { readonly cause: Cause };
}

/**
 * Refused while executions are under way, and while its permission sets make the last administrator; by force, cancels them first, in the same transaction, and once more when
 * nothing can be requested any more. Their workers are told after the commit; a message that is lost is sent again
 * by the executor's sweeps.
 */
export async function deletePackByForce(
  trx: Trx,
  { id, ref }: PackRow,
  { query, access, principal, caller }: PackDeletion,
): Promise<{ messages: Outgoing[] }> {
  const remove = () => keepingAdministrator(trx, () => deletePack(trx, id));
  if (query.force !== true) {
    await remove().catch((error: unknown) => suggestForce(error, ref));
    return { messages: [] };
  }
  access.requireAlso('executions:cancel', { packRef: ref });
  const why = `pack ${ref} deleted by ${principal.login}`;
  const cancelled = await cancelPackExecutions(trx, ref, why);
  await remove();
  const late = await cancelPackExecutions(trx, ref, why);
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
