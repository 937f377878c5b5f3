import type { Routes } from '@attune/contract';
import { getEvent, getExecution } from '@attune/db';
import { executionResource } from '../access/execution-resource.js';
import { componentResource } from '../access/resource.js';
import type { GroupHandlers } from '../http/call.js';
import { traceOf } from '../trace/trace.js';

export const traceHandlers: GroupHandlers<Routes['traces']> = {
  ofExecution: async ({ ctx, params, query, access, principal }) => {
    const row = await getExecution(ctx.db, params.id);
    access.require(await executionResource(ctx.db, row, principal));
    return traceOf({ db: ctx.db, access, start: { kind: 'execution', id: row.id }, ...query });
  },

  ofEvent: async ({ ctx, params, query, access }) => {
    const row = await getEvent(ctx.db, params.id);
    access.require(componentResource(row.trigger_ref, row.id));
    return traceOf({ db: ctx.db, access, start: { kind: 'event', id: row.id }, ...query });
  },
};
