import { hashToken, newApiToken } from '@attune/access';
import {
  deleteApiToken,
  endSessionsOfApiToken,
  findApiToken,
  getIdentity,
  insertApiToken,
  inTransaction,
  listGrants,
  revokeApiToken,
} from '@attune/db';
import type { ApiTokenRow, Db, IdentityRow } from '@attune/db';
import { NotFoundError, ValidationError } from '@attune/domain';
import type { Grant } from '@attune/domain';
import type { Session } from '@attune/access';
import { auditCredential } from './audit-credential.js';
import type { CredentialCall } from './audit-credential.js';
import { scopeOfNewToken } from './token-scope.js';

export interface NewToken {
  label: string;
  description: string | null;
  expiresAt: Date | null;
  /** Null: all that the maker may give. */
  scope: readonly Grant[] | null;
}

export interface TokenAddress {
  identityId: number;
  tokenId: number;
}

/** The secret is known to the caller alone from here on. */
export async function createApiToken(
  call: CredentialCall & { readonly session: Session },
  identityId: number,
  token: NewToken,
): Promise<{ secret: string; row: ApiTokenRow }> {
  const { ctx, session, principal } = call;
  const { label, description, expiresAt } = token;
  if (expiresAt !== null && expiresAt <= ctx.auth.settings.clock.now()) {
    throw new ValidationError('the token would never be valid', {
      details: [{ path: 'expires_at', message: 'is not in the future' }],
    });
  }
  const secret = newApiToken();
  return inTransaction(ctx.db, async (trx) => {
    const owner = await getIdentity(trx, identityId);
    const scope = scopeOfNewToken(session, token.scope, {
      identityId,
      grants: await listGrants(trx, identityId),
    });
    const row = await insertApiToken(trx, {
      identity: identityId,
      label,
      description,
      token_hash: hashToken(secret),
      token_prefix: secret.slice(0, 8),
      token_suffix: secret.slice(-4),
      scope,
      created_by: principal.identityId,
      expires_at: expiresAt,
    });
    await auditCredential(trx, call, { event: 'token_created', ...described(row, owner) });
    return { secret, row };
  });
}

/** Ends what was opened with it too: here at once, in other processes within seconds. */
export async function revokeToken(
  call: CredentialCall,
  address: TokenAddress,
  reason: string | null,
): Promise<ApiTokenRow> {
  const { ctx, principal } = call;
  const row = await inTransaction(ctx.db, async (trx) => {
    const before = await getOwned(trx, address);
    if (before.revoked_at !== null) return before;
    const by = { by: principal.identityId, reason: reason ?? undefined };
    const revoked = await revokeApiToken(trx, address.tokenId, by);
    await endSessionsOfApiToken(trx, address.tokenId, 'token revoked');
    const owner = await getIdentity(trx, address.identityId);
    await auditCredential(trx, call, { event: 'token_revoked', ...described(before, owner, { reason }) });
    return revoked ?? before;
  });
  ctx.auth.forget();
  return row;
}

/** With the sessions that were opened with it. */
export async function deleteToken(call: CredentialCall, address: TokenAddress): Promise<void> {
  const { ctx } = call;
  await inTransaction(ctx.db, async (trx) => {
    const row = await getOwned(trx, address);
    const owner = await getIdentity(trx, address.identityId);
    await deleteApiToken(trx, address.tokenId);
    await auditCredential(trx, call, { event: 'token_deleted', ...described(row, owner) });
  });
  ctx.auth.forget();
}

/** A token of another identity does not exist under this one. */
async function getOwned(db: Db, { identityId, tokenId }: TokenAddress): Promise<ApiTokenRow> {
  const row = await findApiToken(db, tokenId);
  if (row === undefined || row.identity !== identityId) throw new NotFoundError('api_token', 'id', tokenId);
  return row;
}

function described(
  { id, label, identity, scope, expires_at }: ApiTokenRow,
  { login }: IdentityRow,
  more: Readonly<Record<string, unknown>> = {},
) {
  const details = { label, identity, login, scope, expires_at, ...more };
  return { type: 'api_token', id, ref: label, details } as const;
}
