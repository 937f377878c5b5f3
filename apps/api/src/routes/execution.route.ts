import type { Routes } from '@attune/contract';
import {
  deleteExecution,
  findDefinitionVersion,
  getExecution,
  inTransaction,
  listExecutionHistory,
  listExecutions,
} from '@attune/db';
import type { Db, ExecutionDetail } from '@attune/db';
import { readSecrets } from '@attune/domain';
import { executionResource } from '../access/execution-resource.js';
import { componentResource } from '../access/resource.js';
import { auditAct } from '../auth/audit-act.js';
import type { Actor } from '../auth/audit-act.js';
import { cancelExecution } from '../executions/cancel-execution.js';
import { pauseExecution, resumeExecution } from '../executions/pause-execution.js';
import type { Intervention } from '../executions/pause-execution.js';
import { requireHeldSets, runAction, settingsOf } from '../executions/run-action.js';
import type { Call, GroupHandlers } from '../http/call.js';
import { answerLog } from './execution-log.js';
import { showExecution, showExecutionSecrets, showExecutionSummary, showHistory } from './execution-view.js';
import { createdBetween, listPage, wholePage } from './listing.js';

type ExecutionRoutes = Routes['executions'];

export const executionHandlers: GroupHandlers<ExecutionRoutes> = {
  execute: async (call) => {
    const { ctx, body, principal, access } = call;
    access.require(componentResource(body.action_ref));
    await requireHeldSets(ctx.db, principal, body.permission_set_refs);
    return showWhole(ctx.db, await runAction(call, { actionRef: body.action_ref, ...settingsOf(body) }));
  },

  /** With what is stored: a secret that its caller never saw is not lost, and not replaced by how it was shown. */
  rerun: async (call) => {
    const { ctx, access } = call;
    const { id, action_ref, config, env_vars, timeout_seconds } = await readable(call);
    access.requireAlso('actions:execute', componentResource(action_ref));
    const request = {
      actionRef: action_ref,
      parameters: readSecrets(config ?? {}),
      originalExecution: id,
      ...(env_vars === null ? {} : { envVars: env_vars }),
      ...(timeout_seconds === null ? {} : { timeoutSeconds: timeout_seconds }),
    };
    return showWhole(ctx.db, await runAction(call, request));
  },

  delete: async (call) => {
    const { ctx } = call;
    const { id, action_ref: ref } = await readable(call);
    await inTransaction(ctx.db, async (trx) => {
      if (await deleteExecution(trx, id)) await auditExecution(trx, call, 'deleted', { id, ref });
    });
    return { success: true as const, message: `execution ${id} is deleted` };
  },

  list: async ({ ctx, query, access }) => {
    const { status, action_ref, rule_ref, trigger_ref, enforcement, parent, root, executor } = query;
    const filter = {
      visible: access.visible(),
      status,
      action_ref,
      pack_ref: query.pack_name,
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

  get: async (call) => {
    const { ctx, query, access, principal } = call;
    const row = await readable(call);
    if (!query.include_secret_values) return showWhole(ctx.db, row);
    access.requireAlso('executions:decrypt', await executionResource(ctx.db, row, principal));
    await auditExecution(ctx.db, call, 'decrypted', { id: row.id, ref: row.action_ref });
    return showExecutionSecrets(ctx.secrets, row);
  },

  cancel: async (call) => {
    const { ctx, params, principal, caller } = call;
    const row = await readable(call);
    await cancelExecution(ctx, row, { login: principal.login, cause: caller.cause });
    return showWhole(ctx.db, await getExecution(ctx.db, params.id));
  },

  pause: async (call) => {
    const row = await readable(call);
    await pauseExecution(call.ctx, row, interventionOf(call, 'paused', row));
    return showWhole(call.ctx.db, await getExecution(call.ctx.db, row.id));
  },

  resume: async (call) => {
    const row = await readable(call);
    await resumeExecution(call.ctx, row, interventionOf(call, 'resumed', row));
    return showWhole(call.ctx.db, await getExecution(call.ctx.db, row.id));
  },

  log: async (call) => answerLog(call, await readable(call)),

  history: async (call) => {
    const row = await readable(call);
    return wholePage(showHistory(row, await listExecutionHistory(call.ctx.db, row.id)));
  },
};

/** The execution, for who may do to it what the route does. */
async function readable({
  ctx,
  params,
  access,
  principal,
}: Pick<Call<ExecutionRoutes['get']>, 'ctx' | 'params' | 'access' | 'principal'>): Promise<ExecutionDetail> {
  const row = await getExecution(ctx.db, params.id);
  access.require(await executionResource(ctx.db, row, principal));
  return row;
}

function interventionOf(
  call: Pick<Call<ExecutionRoutes['pause']>, 'ctx' | 'principal' | 'caller'>,
  act: string,
  { id, action_ref: ref }: ExecutionDetail,
): Intervention {
  const { principal, caller } = call;
  return {
    login: principal.login,
    cause: caller.cause,
    audit: async (trx) => auditExecution(trx, call, act, { id, ref }),
  };
}

function auditExecution(
  db: Db,
  actor: Actor,
  act: string,
  { id, ref }: { id: number; ref: string },
): Promise<void> {
  const resource = { type: 'execution', id, ref };
  return auditAct(db, actor, { category: 'execution', event_type: `execution.${act}`, resource });
}

/** With the schema of the version it runs: that says which parameters are secret. */
async function showWhole(db: Db, row: ExecutionDetail) {
  const version =
    row.action_version === null ? undefined : await findDefinitionVersion(db, row.action_version);
  return showExecution(row, version?.content['param_schema']);
}
