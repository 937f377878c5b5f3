import type { Routes } from '@attune/contract';
import { getIdentity, listSessions } from '@attune/db';
import type { SessionSummary } from '@attune/db';
import { endAllSessions, endOneSession } from '../auth/end-sessions.js';
import { requireOwnLogin } from '../auth/own-login.js';
import type { Call, GroupHandlers } from '../http/call.js';
import { listPage } from './listing.js';

type SessionRoutes = Routes['sessions'];

export const sessionHandlers: GroupHandlers<SessionRoutes> = {
  listOwn: (call) => {
    requireOwnLogin(call.session);
    return listOf(call, call.principal.identityId);
  },
  endOwn: async (call) => {
    requireOwnLogin(call.session);
    const { identityId } = call.principal;
    await endOneSession(call, { identityId, sessionId: call.params.session_id });
    return { success: true, message: 'the session has ended' };
  },
  endAllOwn: async (call) => {
    requireOwnLogin(call.session);
    return ended(await endAllSessions(call, call.principal.identityId));
  },

  list: async (call) => {
    const { ctx, access, params } = call;
    access.require({ ownerIdentityId: params.id });
    await getIdentity(ctx.db, params.id);
    return listOf(call, params.id);
  },
  end: async (call) => {
    const { access, params } = call;
    access.require({ ownerIdentityId: params.id });
    await endOneSession(call, { identityId: params.id, sessionId: params.session_id });
    return { success: true, message: 'the session has ended' };
  },
  endAll: async (call) => {
    const { ctx, access, params } = call;
    access.require({ ownerIdentityId: params.id });
    await getIdentity(ctx.db, params.id);
    return ended(await endAllSessions(call, params.id));
  },
};

function ended(count: number) {
  return { success: true, message: `${count} session${count === 1 ? ' has' : 's have'} ended` } as const;
}

function listOf(
  { ctx, query, session }: Pick<Call<SessionRoutes['list']>, 'ctx' | 'query' | 'session'>,
  identity: number,
) {
  const now = ctx.auth.settings.clock.now();
  return listPage(
    query,
    (page) => listSessions(ctx.db, { identity, active: query.active }, page),
    (row) => ({ ...showSession(row, now), current: row.id === session.sessionId }),
  );
}

function showSession(row: SessionSummary, now: Date) {
  return {
    id: row.id,
    identity_id: row.identity,
    api_token: row.api_token,
    user_agent: row.user_agent,
    ip: row.ip,
    created: row.created.toISOString(),
    last_used_at: row.last_used_at?.toISOString() ?? null,
    expires_at: row.expires_at.toISOString(),
    ended_at: row.ended_at?.toISOString() ?? null,
    end_reason: row.end_reason,
    active: row.ended_at === null && row.expires_at > now,
  };
}
