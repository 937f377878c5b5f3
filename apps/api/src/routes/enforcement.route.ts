import type { Routes } from '@attune/contract';
import { findActionByRef, findRuleByRef, getEnforcement, listEnforcements } from '@attune/db';
import type { Db, EnforcementDetail, EnforcementSummary } from '@attune/db';
import { componentResource } from '../access/resource.js';
import { auditAct } from '../auth/audit-act.js';
import { withoutSecrets } from '../definitions/without-secrets.js';
import type { GroupHandlers } from '../http/call.js';
import { listPage } from './listing.js';

export const enforcementHandlers: GroupHandlers<Routes['enforcements']> = {
  list: async ({ ctx, query, access }) => {
    const { rule_ref, trigger_ref, event, status } = query;
    const filter = { visible: access.visible(), rule_ref, trigger_ref, event, status };
    return listPage(query, (page) => listEnforcements(ctx.db, filter, page), showEnforcement);
  },

  get: async (call) => {
    const { ctx, params, query, access } = call;
    const row = await getEnforcement(ctx.db, params.id);
    const resource = componentResource(row.rule_ref, row.id);
    access.require(resource);
    if (!query.include_secret_values) return showWhole(row, await shownConfig(ctx.db, row));
    access.requireAlso('enforcements:decrypt', resource);
    const act = { category: 'secret', event_type: 'enforcement.decrypted' } as const;
    await auditAct(ctx.db, call, {
      ...act,
      resource: { type: 'enforcement', id: row.id, ref: row.rule_ref },
    });
    return showWhole(row, row.config);
  },
};

function showWhole(row: EnforcementDetail, config: Record<string, unknown> | null) {
  return { ...showEnforcement(row), config, payload: row.payload, conditions: row.conditions };
}

/** The action says which parameters are secret; where it is gone, any may be. */
async function shownConfig(db: Db, { config, rule_ref }: EnforcementDetail) {
  if (config === null) return null;
  const rule = await findRuleByRef(db, rule_ref);
  const action = rule && (await findActionByRef(db, rule.action_ref));
  return action === undefined ? null : withoutSecrets(action.param_schema, config);
}

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
