import { findPermissionSetByRef, resolveKeys } from '@attune/db';
import { requireCovered, splitRef } from '@attune/domain';
import type { AccessedResource, ErrorDetail } from '@attune/domain';
import { keyResource } from '../keys/key-view.js';
import type { Asker } from './definition-kind.js';
import { missingReference } from './reference.check.js';

/**
 * What a run gets of these permission sets, its maker must hold: throws the denial that names what is missing. So
 * must who changes what runs with sets that somebody else has named.
 */
export async function checkDelegation(
  asker: Asker,
  path: string,
  refs: readonly string[],
): Promise<ErrorDetail[]> {
  const missing: ErrorDetail[] = [];
  for (const [index, ref] of refs.entries()) {
    const place = `${path}[${index}]`;
    const set = await findPermissionSetByRef(asker.db, ref);
    if (set === undefined) {
      missing.push(await missingReference(asker, { path: place, entity: 'permission set', ref }));
    } else {
      requireCovered(asker.principal, set.grants, place);
    }
  }
  return missing;
}

/** Keys that its runs may read, its maker must be allowed to read. */
export async function requireKeys(
  { db, access }: Asker,
  { ref: action_ref, names }: { ref: string; names: readonly string[] },
): Promise<void> {
  if (names.length === 0) return;
  const keys = await resolveKeys(db, { pack_ref: splitRef(action_ref).pack, action_ref, names: [...names] });
  for (const name of names) {
    const key = keys.find((row) => row.name === name);
    access.requireAlso('keys:decrypt', key === undefined ? unmade(name) : keyResource(key));
  }
}

/** What nobody has made yet, a run would get of the system at least: never a person's own. */
function unmade(ref: string): AccessedResource {
  return { ref, ownerType: 'system', ownerIdentityId: null };
}
