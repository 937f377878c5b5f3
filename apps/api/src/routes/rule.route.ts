import type { Routes } from '@attune/contract';
import { findRule, findRuleByRef, getEvent, insertRule, listRules, updateRule } from '@attune/db';
import type { Db, RulePatch, RuleRow } from '@attune/db';
import { ValidationError } from '@attune/domain';
import { componentResource } from '../access/resource.js';
import { checkComponentRef } from '../definitions/component-ref.check.js';
import { explainRule } from '../definitions/explain-rule.js';
import { checkRule } from '../definitions/rule.check.js';
import type { RuleDraft } from '../definitions/rule.check.js';
import type { Call, GroupHandlers } from '../http/call.js';
import { changeDefinition, findDefinition, tellVersion } from './definition.js';
import type { DefinitionCall } from './definition.js';
import { listPage } from './listing.js';

type RuleRoutes = Routes['rules'];
type UpdateRule = Call<RuleRoutes['update']>['body'];

export const ruleHandlers: GroupHandlers<RuleRoutes> = {
  list: async ({ ctx, query, access }) => {
    const { pack_ref, trigger_ref, action_ref, enabled } = query;
    const filter = { visible: access.visible(), pack_ref, trigger_ref, action_ref, enabled };
    return listPage(query, (page) => listRules(ctx.db, filter, page), showRule);
  },

  get: async (call) => {
    const { ctx, params, access } = call;
    const row = await loadRule(ctx.db, params.ref);
    access.require(componentResource(row.ref, row.id));
    await tellVersion(call, 'rule', row.ref);
    return showRule(row);
  },

  /** A rule runs its action: who makes one must be allowed to run it. */
  create: async (call) => {
    const { ctx, body, principal, access } = call;
    access.require(componentResource(body.ref));
    access.requireAlso('actions:execute', componentResource(body.action_ref));
    const details = [...(await checkComponentRef(ctx.db, body)), ...(await checkRule(ctx.db, body))];
    if (details.length > 0) throw new ValidationError(`cannot create rule ${body.ref}`, { details });
    const { pack_ref: _, ...values } = body;
    const row = { ...values, is_adhoc: true, owner_identity: principal.identityId };
    const change = { type: 'rule', change: 'created', ref: body.ref } as const;
    return showRule(await changeDefinition(call, change, (trx, by) => insertRule(trx, row, by)));
  },

  update: async (call) => {
    const { ctx, params, body, access } = call;
    const row = await loadRule(ctx.db, params.ref);
    access.require(componentResource(row.ref, row.id));
    if (changesWhatRuns(body)) {
      const draft = draftOf(row, body);
      access.requireAlso('actions:execute', componentResource(draft.action_ref));
      const details = await checkRule(ctx.db, draft);
      if (details.length > 0) throw new ValidationError(`cannot change rule ${row.ref}`, { details });
    }
    return showRule(await patchRule(call, row, given(body)));
  },

  explain: async ({ ctx, params, query, access }) => {
    const row = await loadRule(ctx.db, params.ref);
    access.require(componentResource(row.ref, row.id));
    const event = await getEvent(ctx.db, query.event);
    access.requireAlso('events:read', componentResource(event.trigger_ref));
    return explainRule(ctx.db, row, event);
  },

  enable: (call) => switchRule(call, true),
  disable: (call) => switchRule(call, false),
};

async function switchRule(call: Call<RuleRoutes['enable' | 'disable']>, enabled: boolean) {
  const { ctx, params, access } = call;
  const row = await loadRule(ctx.db, params.ref);
  access.require(componentResource(row.ref, row.id));
  if (enabled) access.requireAlso('actions:execute', componentResource(row.action_ref));
  return showRule(row.enabled === enabled ? row : await patchRule(call, row, { enabled }));
}

function patchRule(call: DefinitionCall, { id, ref }: RuleRow, patch: RulePatch): Promise<RuleRow> {
  const change = { type: 'rule', change: 'updated', ref } as const;
  return changeDefinition(call, change, (trx, by) => updateRule(trx, id, patch, by));
}

/** Everything but its texts and switching it off. */
function changesWhatRuns({ label: _label, description: _description, ...rest }: UpdateRule): boolean {
  return Object.entries(rest).some(
    ([field, value]) => value !== undefined && !(field === 'enabled' && !value),
  );
}

/** The fields that were sent. */
function given(body: UpdateRule): RulePatch {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}

/** The rule as it would be after the change. */
function draftOf(row: RuleRow, patch: UpdateRule): RuleDraft {
  return {
    trigger_ref: patch.trigger_ref ?? row.trigger_ref,
    trigger_params: patch.trigger_params ?? row.trigger_params,
    conditions: patch.conditions === undefined ? row.conditions : patch.conditions,
    action_ref: patch.action_ref ?? row.action_ref,
    action_params: patch.action_params ?? row.action_params,
  };
}

function loadRule(db: Db, address: string): Promise<RuleRow> {
  return findDefinition('rule', address, {
    byId: (id) => findRule(db, id),
    byRef: (ref) => findRuleByRef(db, ref),
  });
}

function showRule(row: RuleRow) {
  const { id, ref, pack_ref, label, description, trigger_ref, trigger_params, conditions } = row;
  return {
    id,
    ref,
    pack_ref,
    label,
    description,
    trigger_ref,
    trigger_params,
    conditions,
    action_ref: row.action_ref,
    action_params: row.action_params,
    enabled: row.enabled,
    is_adhoc: row.is_adhoc,
    owner_identity: row.owner_identity,
    created: row.created.toISOString(),
    updated: row.updated.toISOString(),
  };
}
