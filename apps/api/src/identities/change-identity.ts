import { isDeepStrictEqual } from 'node:util';
import type { Routes } from '@attune/contract';
import { endSessions, getIdentity, listGrants, revokeApiTokens, updateIdentity } from '@attune/db';
import type { IdentityRow, Trx } from '@attune/db';
import { InvalidStateError, requireCovered } from '@attune/domain';
import type { Principal } from '@attune/domain';
import { changeAuthority } from '../access/change-authority.js';
import type { AuthorityChange } from '../access/change-authority.js';
import { forgetFailures } from '../auth/login-attempt.js';
import { refuseKnownPassword } from '../auth/new-password.js';
import { hashPassword } from '../auth/passwords.js';
import type { Call } from '../http/call.js';

type UpdateCall = Pick<Call<Routes['identities']['update']>, 'ctx' | 'caller' | 'principal' | 'access'>;
type IdentityChange = Call<Routes['identities']['update']>['body'];

/** What says which account elsewhere is whose: as good as a password. */
const accountsElsewhere = ['oidc', 'ldap'] as const;

/**
 * Changes an identity, all of it or nothing. What could give the caller its rights (a password, an account elsewhere,
 * attributes that constraints ask for, coming back from being frozen) is for those only who hold them all themselves.
 */
export async function changeIdentity(
  call: UpdateCall,
  id: number,
  change: IdentityChange,
): Promise<IdentityRow> {
  const { ctx, access, principal } = call;
  const row = await getIdentity(ctx.db, id);
  access.require({ id: row.id });
  requireCredentials(call, row, change);
  if (change.frozen === true) refuseOneself(principal, id, 'freeze');
  const { password, ...patch } = change;
  if (typeof password === 'string')
    refuseKnownPassword(ctx, password, { login: row.login, path: 'password' });
  const hash = typeof password === 'string' ? await hashPassword(password) : password;
  return changeAuthority(call, async (trx) => {
    const before = await getIdentity(trx, id);
    await requireRights(trx, principal, before, change);
    const after = await updateIdentity(trx, id, { ...patch, password_hash: hash });
    await endLogins(trx, principal, { before, after, isPasswordSet: password !== undefined });
    return recorded(before, after, password !== undefined);
  });
}

/** Neither do administrators lock themselves out. */
export function refuseOneself(principal: Principal, id: number, verb: string): void {
  if (id === principal.identityId) throw new InvalidStateError(`nobody can ${verb} themselves`);
}

/** What of an identity the audit trail keeps. */
export function traceOf({ login, display_name, frozen, attributes }: IdentityRow) {
  return { login, display_name, frozen, attributes };
}

function requireCredentials({ access }: UpdateCall, row: IdentityRow, change: IdentityChange): void {
  const { attributes } = change;
  const isMoved =
    attributes !== undefined &&
    accountsElsewhere.some((name) => !isDeepStrictEqual(attributes[name], row.attributes[name]));
  if (change.password !== undefined || isMoved) access.requireAlso('identities:credentials', { id: row.id });
}

async function requireRights(
  trx: Trx,
  principal: Principal,
  before: IdentityRow,
  { password, attributes, frozen }: IdentityChange,
): Promise<void> {
  const opening = {
    password: password !== undefined,
    attributes: attributes !== undefined && !isDeepStrictEqual(attributes, before.attributes),
    frozen: before.frozen && frozen === false,
  };
  const path = Object.entries(opening).find(([, isOpening]) => isOpening)?.[0];
  if (path !== undefined) requireCovered(principal, await listGrants(trx, before.id), path);
}

/** Whoever is logged in with what was good before is so no more. */
async function endLogins(
  trx: Trx,
  { identityId: by }: Principal,
  { before, after, isPasswordSet }: { before: IdentityRow; after: IdentityRow; isPasswordSet: boolean },
): Promise<void> {
  const isFrozen = after.frozen && !before.frozen;
  if (!isFrozen && !isPasswordSet) return;
  const reason = isFrozen ? 'frozen' : 'password set';
  await endSessions(trx, after.id, reason);
  await revokeApiTokens(trx, after.id, { by, reason });
  if (isPasswordSet) await forgetFailures(trx, { keeper: 'attune', login: after.login });
}

function recorded(
  before: IdentityRow,
  after: IdentityRow,
  isPasswordSet: boolean,
): AuthorityChange<IdentityRow> {
  const switched = after.frozen ? 'frozen' : 'unfrozen';
  return {
    result: after,
    event: `identity.${before.frozen === after.frozen ? 'updated' : switched}`,
    subject: { type: 'identity', id: after.id, ref: after.login },
    before: traceOf(before),
    after: { ...traceOf(after), ...(isPasswordSet ? { password: 'set' } : {}) },
  };
}
