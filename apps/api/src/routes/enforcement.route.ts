import type { Routes } from '@attune/contract';
import {
  disableEnforcements,
  findActionByRef,
  findRuleByRef,
  getEnforcement,
  inTransaction,
  listEnforcements,
  releaseEnforcements,
} from '@attune/db';
import type { Db, EnforcementDetail, EnforcementSummary, Trx } from '@attune/db';
import { InvalidStateError } from '@attune/domain';
import { componentResource } from '../access/resource.js';
import { auditAct } from '../auth/audit-act.js';
import { withoutSecrets } from '../definitions/without-secrets.js';
import type { Call, GroupHandlers } from '../http/call.js';
import { showSecrets } from '../secrets/shown-secrets.js';
import { listPage } from './listing.js';

type EnforcementRoutes = Routes['enforcements'];

export const enforcementHandlers: GroupHandlers<EnforcementRoutes> = {
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
    return showWhole(row, row.config && showSecrets(ctx.secrets, row.config));
  },

  release: async (call) =>
    decideHeld(call, 'released', async (trx, { id }) => (await releaseEnforcements(trx, [id])).length > 0),

  drop: async (call) =>
    decideHeld(call, 'dropped', async (trx, { id }) => {
      const detail = `dropped by ${call.principal.login}`;
      return (await disableEnforcements(trx, [{ id, code: 'dropped', detail }])).length > 0;
    }),
};

type HeldCall = Pick<
  Call<EnforcementRoutes['release']>,
  'ctx' | 'params' | 'access' | 'principal' | 'caller'
>;

async function decideHeld(
  call: HeldCall,
  event: 'released' | 'dropped',
  decide: (trx: Trx, row: EnforcementDetail) => Promise<boolean>,
) {
  const { ctx, params, access } = call;
  const row = await getEnforcement(ctx.db, params.id);
  access.require(componentResource(row.rule_ref, row.id));
  await inTransaction(ctx.db, async (trx) => {
    if (!(await decide(trx, row)))
      throw new InvalidStateError(`enforcement ${row.id} cannot be ${event}: ${stateOf(row)}`);
    await auditAct(trx, call, {
      category: 'admin',
      event_type: `enforcement.${event}`,
      resource: { type: 'enforcement', id: row.id, ref: row.rule_ref },
      details: null,
    });
  });
  return showEnforcement(await getEnforcement(ctx.db, row.id));
}

function stateOf({ status, waiting_for }: EnforcementDetail): string {
  return status === 'created' ? `it waits for ${waiting_for}` : `it is ${status}`;
}

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
    waiting:
      row.waiting_for === null
        ? null
        : { for: row.waiting_for, detail, until: row.due_at?.toISOString() ?? null },
    execution: row.execution,
    created: row.created.toISOString(),
    resolved_at: row.resolved_at?.toISOString() ?? null,
  };
}
