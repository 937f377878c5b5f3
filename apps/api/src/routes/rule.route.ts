import { updateRuleBody } from '@attune/contract';
import type { ruleRoutes } from '@attune/contract';
import { deleteRule, findRule, findRuleByRef, insertRule, listRules, updateRule } from '@attune/db';
import type { NewRule, RuleRow } from '@attune/db';
import { retrySchema } from '@attune/domain';
import { componentResource } from '../access/resource.js';
import type { DefinitionKind } from '../definitions/definition-kind.js';
import { checkRule, ownerAfter } from '../definitions/rule.check.js';
import type { Call, GroupHandlers } from '../http/call.js';
import { actionKind } from './action.route.js';
import { definitionHandlers, listDefinitions, switchHandlers } from './definition-handlers.js';
import { parentRef } from './definition-parent.js';
import { versionHandlers } from './definition-versions.js';
import { packKind } from './pack.route.js';
import { triggerKind } from './trigger.route.js';

type RuleRoutes = typeof ruleRoutes;
type Body = Call<RuleRoutes['update']>['body'] & { pack_ref?: string | undefined };

export const ruleKind: DefinitionKind<RuleRow, NewRule, Body, ReturnType<typeof showRule>> = {
  type: 'rule',
  resource: 'rules',
  fields: [...updateRuleBody.keyof().options],
  store: {
    find: findRule,
    findByRef: findRuleByRef,
    list: listRules,
    insert: insertRule,
    update: updateRule,
    delete: deleteRule,
  },
  resourceOf: ({ ref, id, owner_identity }) => ({
    ...componentResource(ref, id),
    ownerIdentityId: owner_identity ?? null,
  }),
  show: showRule,
  valuesOf: ({ pack_ref: _pack, retry, ...values }) => ({
    ...values,
    retry: retry ? retrySchema.parse(retry) : retry,
  }),
  bornWith: ({ identityId }) => ({ is_adhoc: true, owner_identity: identityId }),
  followsFrom: ownerAfter,
  check: checkRule,
};

export const ruleHandlers: GroupHandlers<RuleRoutes> = {
  ...definitionHandlers(ruleKind),
  ...switchHandlers(ruleKind),
  ...versionHandlers(ruleKind),
  listByPack: async (call) => listDefinitions(ruleKind, call, { pack_ref: await parentRef(packKind, call) }),
  listByAction: async (call) =>
    listDefinitions(ruleKind, call, { action_ref: await parentRef(actionKind, call) }),
  listByTrigger: async (call) =>
    listDefinitions(ruleKind, call, { trigger_ref: await parentRef(triggerKind, call) }),
};

function showRule(row: RuleRow) {
  return {
    ...row,
    created: row.created.toISOString(),
    updated: row.updated.toISOString(),
    last_error_at: row.last_error_at?.toISOString() ?? null,
  };
}
