import { findHeldExecution, listGrantsOfSets } from '@attune/db';
import type { Db } from '@attune/db';
import { UnauthenticatedError } from '@attune/domain';
import type { Grant, Principal } from '@attune/domain';
import type { ClaimsOf, TokenClaims } from './token-claims.js';

/** What a kind of token is for: no more than this of what the identity holds. */
export interface Limits {
  readonly principal: Pick<Principal, 'kind' | 'executionId' | 'sensorRef' | 'workerId'>;
  /** Null: none of its own. */
  readonly grants: readonly Grant[] | null;
}

/** Throws UnauthenticatedError when what the token was made for is over. */
export async function limitsOf(db: Db, claims: TokenClaims): Promise<Limits> {
  switch (claims.kind) {
    case 'access':
      return { principal: { kind: 'identity' }, grants: null };
    case 'sensor':
      return sensorLimits(claims);
    case 'worker':
      return {
        principal: { kind: 'worker', workerId: claims.worker },
        grants: [{ resource: 'tokens', actions: ['mint_execution'] }],
      };
    case 'execution':
      return executionLimits(db, claims);
  }
}

function sensorLimits({ sensor, triggers }: ClaimsOf<'sensor'>): Limits {
  return {
    principal: { kind: 'sensor', sensorRef: sensor },
    grants: [{ resource: 'events', actions: ['create'], constraints: { refs: triggers } }],
  };
}

/** The grants of its permission sets, as they are now, while this very attempt runs. */
async function executionLimits(
  db: Db,
  { sub, execution: id, attempt, worker, incarnation }: ClaimsOf<'execution'>,
): Promise<Limits> {
  const held = await findHeldExecution(db, { workerId: worker, incarnation }, { id, attempt });
  if (held === undefined) throw new UnauthenticatedError(`attempt ${attempt} of execution ${id} has ended`);
  if (held.executor !== Number(sub)) throw new UnauthenticatedError('the execution runs for somebody else');
  return {
    principal: { kind: 'execution', executionId: id },
    grants: await listGrantsOfSets(db, held.permission_set_refs),
  };
}
