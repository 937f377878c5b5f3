import { replaceManagedRoles } from '@attune/db';
import type { IdentityRow, ManagedRoles, Trx } from '@attune/db';
import { refuseFrozen } from '../login.js';

/**
 * Makes the roles that a provider gives exactly these; those that people gave stay. Throws PermissionDeniedError for
 * a frozen identity, whose transaction is to change nothing.
 */
export async function replaceRoles(trx: Trx, identity: IdentityRow, managed: ManagedRoles): Promise<void> {
  refuseFrozen(identity);
  await replaceManagedRoles(trx, identity.id, managed);
}
