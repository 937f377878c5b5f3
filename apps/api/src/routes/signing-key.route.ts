import type { Routes } from '@attune/contract';
import { getSigningKey, listPublicSigningKeys } from '@attune/db';
import type { PublicSigningKey } from '@attune/db';
import { auditCredential } from '../auth/audit-credential.js';
import { rotateSigningKey } from '../auth/rotate-signing-key.js';
import type { GroupHandlers } from '../http/call.js';
import { wholePage } from './listing.js';

export const signingKeyHandlers: GroupHandlers<Routes['signingKeys']> = {
  list: async ({ ctx, access }) => {
    access.require({});
    return wholePage((await listPublicSigningKeys(ctx.db)).map(showKey));
  },

  rotate: async (call) => {
    const { ctx, access } = call;
    access.require({});
    const rotated = await rotateSigningKey(ctx, (trx, { kid: ref }) =>
      auditCredential(trx, call, { event: 'signing_key_rotated', type: 'signing_key', ref }),
    );
    // Whoever has just done the same in another process has made the key that is asked for.
    return showKey(rotated ?? (await getSigningKey(ctx.db, (await ctx.auth.keys.active()).kid)));
  },
};

function showKey({ kid, algorithm, created, retired_at, expires_at }: PublicSigningKey) {
  return {
    kid,
    algorithm,
    created: created.toISOString(),
    retired_at: retired_at?.toISOString() ?? null,
    expires_at: expires_at?.toISOString() ?? null,
  };
}
