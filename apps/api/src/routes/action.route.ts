import { updateActionBody } from '@attune/contract';
import type { Routes } from '@attune/contract';
import {
  deleteAction,
  findAction,
  findActionByRef,
  getRuntime,
  insertAction,
  listActions,
  updateAction,
} from '@attune/db';
import type { ActionRow, NewAction, Patch } from '@attune/db';
import { NotFoundError, retrySchema, ValidationError } from '@attune/domain';
import { componentResource } from '../access/resource.js';
import { checkAction } from '../definitions/action.check.js';
import type { Asker, DefinitionKind } from '../definitions/definition-kind.js';
import { executableWithPermissionSets } from '../definitions/executable-actions.js';
import type { Call, GroupHandlers } from '../http/call.js';
import { definitionHandlers, filterOf, listDefinitions, loadDefinition } from './definition-handlers.js';
import { parentRef } from './definition-parent.js';
import { versionHandlers } from './definition-versions.js';
import { listPage } from './listing.js';
import { packKind } from './pack.route.js';

type ActionRoutes = Routes['actions'];
type Body = Call<ActionRoutes['update']>['body'];

export const actionKind: DefinitionKind<ActionRow, NewAction, Body, ReturnType<typeof showAction>> = {
  type: 'action',
  resource: 'actions',
  fields: [...updateActionBody.keyof().exclude(['runtime']).options],
  store: {
    find: findAction,
    findByRef: findActionByRef,
    list: listActions,
    insert: insertAction,
    update: updateAction,
    delete: deleteAction,
  },
  resourceOf: ({ ref, id }) => componentResource(ref, id),
  show: showAction,
  valuesOf,
  bornWith: () => ({ is_adhoc: true }),
  check: checkAction,
};

const summaries = { store: actionKind.store, show: showActionSummary };

export const actionHandlers: GroupHandlers<ActionRoutes> = {
  ...definitionHandlers(actionKind),
  ...versionHandlers(actionKind),
  list: async (call) => {
    const { executable_with_current_access: executable = false, ...filter } = filterOf(call.query);
    const runnable = executable ? await executableWithPermissionSets(call) : {};
    return listDefinitions(summaries, call, { ...filter, ...runnable });
  },
  listByPack: async (call) => listDefinitions(summaries, call, { pack_ref: await parentRef(packKind, call) }),
  search: async ({ ctx, query, access }) => {
    const { q: search, packs } = query;
    const named = packs?.split(',').flatMap((ref) => (ref.trim() === '' ? [] : [ref.trim()]));
    for (const ref of named ?? []) {
      const pack = await loadDefinition(packKind, ctx.db, ref);
      if (!access.allows('packs:read', packKind.resourceOf(pack)))
        throw new NotFoundError('pack', 'ref', ref);
    }
    const filter = { visible: access.visible(), search, pack_refs: named };
    return listPage(query, (page) => listActions(ctx.db, filter, page), showHit);
  },
};

/** A runtime may be named by its id as well. */
async function valuesOf(
  body: Body & { pack_ref?: string | undefined },
  { db }: Asker,
): Promise<Patch<NewAction>> {
  const { pack_ref: _pack, runtime, retry, ...values } = body;
  const named = runtime === undefined ? undefined : await runtimeRefOf(db, runtime);
  if (named !== undefined && values.runtime_ref !== undefined && values.runtime_ref !== named) {
    throw new ValidationError('runtime and runtime_ref are not the same', {
      details: [{ path: 'runtime', message: `is ${named}`, hint: 'leave one of both out' }],
    });
  }
  return {
    ...values,
    ...(named === undefined ? {} : { runtime_ref: named }),
    retry: retry ? retrySchema.parse(retry) : retry,
  };
}

async function runtimeRefOf(db: Asker['db'], id: number): Promise<string> {
  const runtime = await getRuntime(db, id).catch((cause: unknown) => {
    if (!(cause instanceof NotFoundError)) throw cause;
    throw new ValidationError(cause.message, {
      details: [{ path: 'runtime', message: cause.message }],
      cause,
    });
  });
  return runtime.ref;
}

function showActionSummary({ entrypoint: _entrypoint, workflow, ...row }: ActionRow) {
  return {
    ...row,
    is_workflow: workflow !== null,
    created: row.created.toISOString(),
    updated: row.updated.toISOString(),
  };
}

function showAction(row: ActionRow) {
  return { ...showActionSummary(row), entrypoint: row.entrypoint };
}

function showHit({ ref, pack_ref, label, description, runtime_ref, workflow, accesses_mcp }: ActionRow) {
  return { ref, pack_ref, label, description, runtime_ref, is_workflow: workflow !== null, accesses_mcp };
}
