import type { Routes } from '@attune/contract';
import { getIdentity, listApiTokens } from '@attune/db';
import type { ApiTokenSummary } from '@attune/db';
import type { z } from 'zod';
import { createApiToken, deleteToken, revokeToken } from '../auth/api-tokens.js';
import type { NewToken } from '../auth/api-tokens.js';
import type { Call, GroupHandlers } from '../http/call.js';
import { listPage } from './listing.js';

type TokenRoutes = Routes['tokens'];
type Body = z.output<TokenRoutes['create']['body']>;

/** Of whom the tokens are, decided before anything is looked at. */
type OfIdentity = 'list' | 'create' | 'revoke' | 'delete';

export const tokenHandlers: GroupHandlers<TokenRoutes> = {
  list: async (call) => {
    const identityId = identityOf(call);
    await getIdentity(call.ctx.db, identityId);
    return listTokens(call, identityId);
  },
  create: async (call) => {
    const { secret, row } = await createApiToken(call, identityOf(call), newToken(call.body));
    return { token: secret, integration_token: showToken(row, nowOf(call)) };
  },
  revoke: async (call) => {
    const address = { identityId: identityOf(call), tokenId: call.params.token_id };
    return showToken(await revokeToken(call, address, call.body.reason ?? null), nowOf(call));
  },
  delete: async (call) => {
    await deleteToken(call, { identityId: identityOf(call), tokenId: call.params.token_id });
    return { success: true, message: 'the API token is deleted' };
  },

  listOwn: (call) => listTokens(call, ownOf(call)),
  createOwn: async (call) => {
    const { secret, row } = await createApiToken(call, ownOf(call), newToken(call.body));
    return { token: secret, integration_token: showToken(row, nowOf(call)) };
  },
  revokeOwn: async (call) => {
    const address = { identityId: ownOf(call), tokenId: call.params.token_id };
    return showToken(await revokeToken(call, address, call.body.reason ?? null), nowOf(call));
  },
  deleteOwn: async (call) => {
    await deleteToken(call, { identityId: ownOf(call), tokenId: call.params.token_id });
    return { success: true, message: 'the API token is deleted' };
  },
};

function identityOf({ access, params }: Pick<Call<TokenRoutes[OfIdentity]>, 'access' | 'params'>): number {
  access.require({ ownerIdentityId: params.id });
  return params.id;
}

function ownOf({ access, principal }: Pick<Call<TokenRoutes['listOwn']>, 'access' | 'principal'>): number {
  access.require({ ownerIdentityId: principal.identityId });
  return principal.identityId;
}

function listTokens(call: Pick<Call<TokenRoutes['listOwn']>, 'ctx' | 'query'>, identity: number) {
  const { ctx, query } = call;
  const filter = { identity, active: query.active };
  return listPage(
    query,
    (page) => listApiTokens(ctx.db, filter, page),
    (row) => showToken(row, nowOf(call)),
  );
}

function newToken({ label, description = null, expires_at = null, scope = null }: Body): NewToken {
  return { label, description, expiresAt: expires_at === null ? null : new Date(expires_at), scope };
}

function nowOf({ ctx }: Pick<Call<TokenRoutes['list']>, 'ctx'>): Date {
  return ctx.auth.settings.clock.now();
}

function showToken(row: ApiTokenSummary, now: Date) {
  return {
    id: row.id,
    identity_id: row.identity,
    label: row.label,
    description: row.description,
    token_prefix: row.token_prefix,
    token_suffix: row.token_suffix,
    scope: row.scope,
    created_by: row.created_by,
    expires_at: row.expires_at?.toISOString() ?? null,
    last_used_at: row.last_used_at?.toISOString() ?? null,
    last_used_ip: row.last_used_ip,
    revoked_at: row.revoked_at?.toISOString() ?? null,
    revoked_by: row.revoked_by,
    revocation_reason: row.revocation_reason,
    active: row.revoked_at === null && (row.expires_at === null || row.expires_at > now),
    created: row.created.toISOString(),
    updated: row.updated.toISOString(),
  };
}
