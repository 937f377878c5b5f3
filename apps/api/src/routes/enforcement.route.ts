import type { Routes } from '@attune/contract';
import { getEnforcement, listEnforcements } from '@attune/db';
import type { EnforcementSummary } from '@attune/db';
import { componentResource } from '../access/resource.js';
import type { GroupHandlers } from '../http/call.js';
import { listPage } from './listing.js';

export const enforcementHandlers: GroupHandlers<Routes['enforcements']> = {
  list: async ({ ctx, query, access }) => {
    const { rule_ref, trigger_ref, event, status } = query;
    const filter = { visible: access.visible(), rule_ref, trigger_ref, event, status };
    return listPage(query, (page) => listEnforcements(ctx.db, filter, page), showEnforcement);
  },

  get: async ({ ctx, params, access }) => {
    const row = await getEnforcement(ctx.db, params.id);
    access.require(componentResource(row.rule_ref, row.id));
    return { ...showEnforcement(row), config: row.config };
  },
};

function showEnforcement(row: EnforcementSummary) {
  const { id, rule_ref, trigger_ref, event, status, reason_code: code, reason_detail: detail } = row;
  return {
    id,
    rule_ref,
    trigger_ref,
    event,
    status,
    reason: code === null ? null : { code, detail },
    execution: row.execution,
    created: row.created.toISOString(),
    resolved_at: row.resolved_at?.toISOString() ?? null,
  };
}
