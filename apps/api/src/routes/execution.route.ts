import type { Routes } from '@attune/contract';
import {
  findDefinitionVersion,
  getExecution,
  listActions,
  listExecutionHistory,
  listExecutions,
  listLogChunks,
} from '@attune/db';
import type { Db, ExecutionDetail } from '@attune/db';
import { didYouMean, NotFoundError, ValidationError } from '@attune/domain';
import type { AccessedResource } from '@attune/domain';
import { requestExecutions } from '@attune/intake';
import { openAccess } from '../access/access.js';
import { componentResource } from '../access/resource.js';
import type { ApiContext } from '../context.js';
import { EventStream } from '../http/call.js';
import type { Call, GroupHandlers } from '../http/call.js';
import { pageSizeOf } from '../http/page.js';
import { followLog, shownChunk } from '../streams/execution-log.stream.js';
import { parsePosition } from '../streams/log-position.js';
import { cancelExecution } from './execution-cancel.js';
import { showExecution, showExecutionSummary, showHistory } from './execution-view.js';
import { createdBetween, listPage, wholePage } from './listing.js';

type ExecutionRoutes = Routes['executions'];

export const executionHandlers: GroupHandlers<ExecutionRoutes> = {
  execute: async ({ ctx, body, principal, access, idempotency }) => {
    access.require(componentResource(body.action_ref));
    const workKey = idempotency?.workKey(0);
    const [row] = await requestExecutions(ctx, [
      {
        actionRef: body.action_ref,
        parameters: body.parameters,
        requestedBy: principal.identityId,
        ...(body.env_vars === undefined ? {} : { envVars: body.env_vars }),
        ...(body.timeout_seconds === undefined ? {} : { timeoutSeconds: body.timeout_seconds }),
        ...(workKey === undefined ? {} : { idempotencyKey: workKey }),
      },
    ]).catch((error: unknown) => refuse(ctx, error, body.action_ref));
    if (row === undefined) throw new Error(`no execution of ${body.action_ref} was made`);
    return showWhole(ctx.db, await getExecution(ctx.db, row.id));
  },

  list: async ({ ctx, query, access }) => {
    const { status, action_ref, rule_ref, trigger_ref, enforcement, parent, root, executor } = query;
    const filter = {
      visible: access.visible(),
      status,
      action_ref,
      rule_ref,
      trigger_ref,
      enforcement,
      parent,
      root,
      executor,
      top_level_only: query.top_level_only,
      ...createdBetween(query),
    };
    return listPage(query, (page) => listExecutions(ctx.db, filter, page), showExecutionSummary);
  },

  get: async (call) => showWhole(call.ctx.db, await readable(call)),

  cancel: async ({ ctx, params, principal, access, caller }) => {
    const row = await getExecution(ctx.db, params.id);
    access.require(componentResource(row.action_ref));
    await cancelExecution(ctx, row, { login: principal.login, cause: caller.cause });
    return showWhole(ctx.db, await getExecution(ctx.db, params.id));
  },

  log: async (call) => {
    const { ctx, query, headers, principal, signal } = call;
    const row = await readable(call);
    const resumed = headers['last-event-id'];
    const from = typeof resumed === 'string' ? resumed : query.after;
    const after = from === undefined ? undefined : parsePosition(from, 'query.after');
    if (!query.follow) return logPage(ctx.db, row.id, { after, limit: query.limit });
    ctx.streams.open(principal.identityId, signal);
    const recheck = async () => {
      const now = await ctx.auth.authenticate(headers.authorization);
      openAccess(now.principal, 'executions:read').require(resourceOf(row));
    };
    return new EventStream(followLog(ctx, row.id, { after, signal, recheck }));
  },

  history: async (call) => {
    const row = await readable(call);
    return wholePage(showHistory(row, await listExecutionHistory(call.ctx.db, row.id)));
  },
};

/** The execution, for who may read it. */
async function readable({
  ctx,
  params,
  access,
}: Pick<Call<ExecutionRoutes['get']>, 'ctx' | 'params' | 'access'>): Promise<ExecutionDetail> {
  const row = await getExecution(ctx.db, params.id);
  access.require(resourceOf(row));
  return row;
}

function resourceOf({ id, action_ref }: ExecutionDetail): AccessedResource {
  return { ...componentResource(action_ref), executionId: id };
}

/** With the schema of the version it runs: that says which parameters are secret. */
async function showWhole(db: Db, row: ExecutionDetail) {
  const version =
    row.action_version === null ? undefined : await findDefinitionVersion(db, row.action_version);
  return showExecution(row, version?.content['param_schema']);
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

/** Intake speaks of `executions[0].parameters.url`; the caller sent one. */
async function refuse(ctx: ApiContext, error: unknown, actionRef: string): Promise<never> {
  if (error instanceof ValidationError) {
    const details = error.details.map((detail) => ({
      ...detail,
      path: detail.path.replace(/^executions\[0\]\.?/, ''),
    }));
    throw new ValidationError(`cannot run ${actionRef}: the request is not valid`, { details, cause: error });
  }
  if (!(error instanceof NotFoundError)) throw error;
  const { items } = await listActions(ctx.db, {}, { limit: 1000 });
  const hint = didYouMean(
    actionRef,
    items.map(({ ref }) => ref),
  );
  const detail = { path: 'action_ref', message: error.message, ...(hint === undefined ? {} : { hint }) };
  throw new NotFoundError('action', 'ref', actionRef, { details: [detail], cause: error });
}
