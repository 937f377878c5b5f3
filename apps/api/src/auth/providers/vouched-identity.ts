import { listIdentities, replaceManagedRoles } from '@attune/db';
import type { IdentityRow, ManagedRoles, Trx } from '@attune/db';
import { InvalidStateError } from '@attune/domain';
import { refuseFrozen } from '../login.js';

/**
 * The identity a provider vouches for, whose roles from there become exactly these; those that people gave stay.
 * Throws PermissionDeniedError when it is frozen, and InvalidStateError while nobody has an account: the first one is
 * an administrator, made with the setup link. The transaction is to change nothing then.
 */
export async function ensureVouched(
  trx: Trx,
  ensure: () => Promise<IdentityRow>,
  managed: ManagedRoles,
): Promise<IdentityRow> {
  const { items: somebody } = await listIdentities(trx, {}, { limit: 1 });
  if (somebody.length === 0)
    throw new InvalidStateError(
      'nobody has an account yet: make the first one with the setup link of the log',
    );
  const identity = await ensure();
  refuseFrozen(identity);
  await replaceManagedRoles(trx, identity.id, managed);
  return identity;
}
