import { listIdentities, listIdentityRoles, lockDefinitions, replaceManagedRoles } from '@attune/db';
import type { IdentityRow, ManagedRoles, Trx } from '@attune/db';
import { InvalidStateError } from '@attune/domain';
import { keepingAdministrator } from '../../access/last-administrator.js';
import { refuseFrozen } from '../login.js';

/**
 * The identity a provider vouches for, whose roles from there become exactly these; those that people gave stay.
 * Throws PermissionDeniedError when it is frozen, and InvalidStateError while nobody has an account (the first one is
 * an administrator, made with the setup link) or when the last administrator would be one no more. The transaction is
 * to change nothing then.
 */
export async function ensureVouched(
  trx: Trx,
  ensure: () => Promise<IdentityRow>,
  managed: ManagedRoles,
): Promise<IdentityRow> {
  // Before the row of the identity, as in administration: neither waits for what the other holds.
  await lockDefinitions(trx);
  const { items: somebody } = await listIdentities(trx, {}, { limit: 1 });
  if (somebody.length === 0)
    throw new InvalidStateError(
      'nobody has an account yet: make the first one with the setup link of the log',
    );
  const identity = await ensure();
  refuseFrozen(identity);
  if (!(await hasExactly(trx, identity.id, managed)))
    await keepingAdministrator(trx, () => replaceManagedRoles(trx, identity.id, managed));
  return identity;
}

async function hasExactly(trx: Trx, identity: number, { source, roles }: ManagedRoles): Promise<boolean> {
  const wanted = new Set(roles);
  const { items } = await listIdentityRoles(trx, { identity, source }, { limit: wanted.size + 1 });
  return items.length === wanted.size && items.every(({ role }) => wanted.has(role));
}
