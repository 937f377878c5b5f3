import type { ChangeFilter } from '@attune/changes';
import type { Routes } from '@attune/contract';
import { EventStream } from '../http/call.js';
import type { Call, GroupHandlers } from '../http/call.js';
import { followChanges } from '../streams/change.stream.js';

type StreamRoutes = Routes['streams'];

export const streamHandlers: GroupHandlers<StreamRoutes> = {
  changes: async ({ ctx, query, headers, principal, signal }) => {
    ctx.streams.open(principal.identityId, signal);
    const resumed = headers['last-event-id'];
    const tooSlow = new AbortController();
    const events = followChanges(ctx.streams, {
      filter: filterOf(query, principal.identityId),
      after: typeof resumed === 'string' ? resumed : query.after,
      signal,
      principal: async () => (await ctx.auth.authenticate(headers.authorization)).principal,
      onTooSlow: () => tooSlow.abort(),
    });
    return new EventStream(events, tooSlow.signal);
  },
};

function filterOf(query: Call<StreamRoutes['changes']>['query'], identityId: number): ChangeFilter {
  const { entity_type: entityTypes, entity_id: entityId, root, ref, mine } = query;
  return {
    ...(entityTypes === undefined ? {} : { entityTypes }),
    ...(entityId === undefined ? {} : { entityId }),
    ...(root === undefined ? {} : { root }),
    ...(ref === undefined ? {} : { ref }),
    ...(mine === true ? { identityId } : {}),
  };
}
