import type { Routes } from '@attune/contract';
import { listLogChunks } from '@attune/db';
import type { Db, ExecutionDetail } from '@attune/db';
import { openAccess } from '../access/access.js';
import { executionResource } from '../access/execution-resource.js';
import { EventStream } from '../http/call.js';
import type { Call } from '../http/call.js';
import { pageSizeOf } from '../http/page.js';
import { followLog, shownChunk } from '../streams/execution-log.stream.js';
import { parsePosition } from '../streams/log-position.js';

/** A page of the log, or the log as it grows: then whoever reads it must go on being allowed to. */
export async function answerLog(call: Call<Routes['executions']['log']>, row: ExecutionDetail) {
  const { ctx, query, headers, principal, signal } = call;
  const resumed = headers['last-event-id'];
  const from = typeof resumed === 'string' ? resumed : query.after;
  const after = from === undefined ? undefined : parsePosition(from, 'query.after');
  if (!query.follow) return logPage(ctx.db, row.id, { after, limit: query.limit });
  ctx.streams.open(principal.identityId, signal);
  const recheck = async () => {
    const now = await ctx.auth.authenticate(headers.authorization);
    openAccess(now.principal, 'executions:read').require(await executionResource(ctx.db, row, now.principal));
  };
  return new EventStream<Routes['executions']['log']>(followLog(ctx, row.id, { after, signal, recheck }));
}

async function logPage(
  db: Db,
  id: number,
  { after, limit }: { after: ReturnType<typeof parsePosition> | undefined; limit: number | undefined },
) {
  const { pageSize } = pageSizeOf({ page_size: limit });
  const rows = await listLogChunks(db, id, { after, limit: pageSize + 1 });
  return {
    items: rows.slice(0, pageSize).map(shownChunk),
    pagination: {
      page: 1,
      page_size: pageSize,
      has_previous: after !== undefined,
      has_next: rows.length > pageSize,
    },
  };
}
