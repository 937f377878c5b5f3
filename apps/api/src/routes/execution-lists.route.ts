import type { Routes } from '@attune/contract';
import { countExecutions, getEnforcement, getExecution, listExecutions } from '@attune/db';
import type { ExecutionFilter } from '@attune/db';
import type { ExecutionStatus, GrantFilter } from '@attune/domain';
import { executionResource } from '../access/execution-resource.js';
import { componentResource } from '../access/resource.js';
import type { ApiContext } from '../context.js';
import type { GroupHandlers } from '../http/call.js';
import type { PageQuery } from '../http/page.js';
import { showExecutionSummary } from './execution-view.js';
import { listPage } from './listing.js';

/** Counting all would read them all. */
const countedExecutions = 10_000;

export const executionListHandlers: GroupHandlers<Routes['executionLists']> = {
  byStatus: async ({ ctx, params, query, access }) =>
    summaries(ctx, query, { visible: access.visible(), status: params.status }),

  ofEnforcement: async ({ ctx, params, query, access }) => {
    const { id, rule_ref } = await getEnforcement(ctx.db, params.id);
    access.require(componentResource(rule_ref, id));
    return summaries(ctx, query, { visible: access.visible('executions:read'), enforcement: id });
  },

  children: async ({ ctx, params, query, access, principal }) => {
    const row = await getExecution(ctx.db, params.id);
    access.require(await executionResource(ctx.db, row, principal));
    return summaries(ctx, query, { visible: access.visible(), parent: row.id });
  },

  stats: async ({ ctx, access }) => statsOf(ctx, access.visible()),
};

function summaries({ db }: ApiContext, query: PageQuery, filter: ExecutionFilter) {
  return listPage(query, (page) => listExecutions(db, filter, page), showExecutionSummary);
}

async function statsOf({ db }: ApiContext, visible: GrantFilter) {
  const rows = await countExecutions(db, { newest: countedExecutions, visible });
  const count = (...statuses: ExecutionStatus[]) =>
    rows.reduce((sum, row) => sum + (statuses.includes(row.status) ? row.count : 0), 0);
  return {
    total: rows.reduce((sum, row) => sum + row.count, 0),
    completed: count('completed'),
    failed: count('failed'),
    running: count('running', 'canceling'),
    pending: count('requested', 'scheduled'),
    cancelled: count('cancelled'),
    timeout: count('timeout'),
    abandoned: count('abandoned'),
    newest: countedExecutions,
  };
}
