import { updatePolicyBody } from '@attune/contract';
import type { Routes } from '@attune/contract';
import {
  deletePolicy,
  findPolicy,
  findPolicyByRef,
  insertPolicy,
  listPolicies,
  updatePolicy,
} from '@attune/db';
import type { NewPolicy, PolicyRow } from '@attune/db';
import { componentResource } from '../access/resource.js';
import type { DefinitionKind } from '../definitions/definition-kind.js';
import { checkPolicy } from '../definitions/policy.check.js';
import type { Call, GroupHandlers } from '../http/call.js';
import { definitionHandlers, listDefinitions, switchHandlers } from './definition-handlers.js';
import { parentRef } from './definition-parent.js';
import { versionHandlers } from './definition-versions.js';
import { packKind } from './pack.route.js';

type PolicyRoutes = Routes['policies'];
type Body = Call<PolicyRoutes['update']>['body'] & { pack_ref?: string | undefined };

const policyKind: DefinitionKind<PolicyRow, NewPolicy, Body, ReturnType<typeof showPolicy>> = {
  type: 'policy',
  resource: 'policies',
  fields: [...updatePolicyBody.keyof().options],
  store: {
    find: findPolicy,
    findByRef: findPolicyByRef,
    list: listPolicies,
    insert: insertPolicy,
    update: updatePolicy,
    delete: deletePolicy,
  },
  resourceOf: ({ ref, id }) => componentResource(ref, id),
  show: showPolicy,
  valuesOf: ({ pack_ref: _pack, ...values }) => values,
  check: checkPolicy,
};

export const policyHandlers: GroupHandlers<PolicyRoutes> = {
  ...definitionHandlers(policyKind),
  ...switchHandlers(policyKind),
  ...versionHandlers(policyKind),
  listByPack: async (call) =>
    listDefinitions(policyKind, call, { pack_ref: await parentRef(packKind, call) }),
};

function showPolicy(row: PolicyRow) {
  return { ...row, created: row.created.toISOString(), updated: row.updated.toISOString() };
}
