import type { Routes } from '@attune/contract';
import { getTimer, listTimers } from '@attune/db';
import type { TimerRow } from '@attune/db';
import { firstFire, nextFire, timerSpec } from '@attune/domain';
import type { GroupHandlers } from '../http/call.js';
import { listPage } from './listing.js';

export const timerHandlers: GroupHandlers<Routes['timers']> = {
  list: async ({ ctx, query, access }) => {
    const { rule_ref, trigger_ref, armed, due_before } = query;
    const due = due_before === undefined ? undefined : new Date(due_before);
    const filter = { visible: access.visible(), rule_ref, trigger_ref, armed, due_before: due };
    return listPage(query, (page) => listTimers(ctx.db, filter, page), showTimer);
  },

  get: async ({ ctx, params, access }) => {
    const row = await getTimer(ctx.db, params.id);
    access.require({ id: row.id });
    return showTimer(row);
  },

  preview: async ({ body, access }) => {
    access.require({});
    const after = body.after === undefined ? new Date() : new Date(body.after);
    const spec = timerSpec(body.trigger_ref, body.trigger_params, after);
    const count = Math.min(body.count, spec.maxFires ?? body.count);
    const instants = [];
    let next = firstFire(spec, after);
    while (next !== undefined && instants.length < count) {
      instants.push(next.toISOString());
      next = nextFire(spec, next);
    }
    return { instants };
  },
};

function showTimer(row: TimerRow) {
  const { id, rule, rule_ref, trigger_ref, params, fire_count } = row;
  return {
    id,
    rule,
    rule_ref,
    trigger_ref,
    params,
    next_fire_at: row.next_fire_at?.toISOString() ?? null,
    last_fire_at: row.last_fire_at?.toISOString() ?? null,
    fire_count,
    created: row.created.toISOString(),
    updated: row.updated.toISOString(),
  };
}
