import type { Routes } from '@attune/contract';
import { getAuditEvent, listAuditEvents } from '@attune/db';
import type { AuditEventRow, AuditFilter } from '@attune/db';
import { auditAct } from '../auth/audit-act.js';
import type { Actor } from '../auth/audit-act.js';
import type { ApiContext } from '../context.js';
import type { GroupHandlers } from '../http/call.js';
import type { PageQuery } from '../http/page.js';
import { createdBetween, listPage } from './listing.js';

export const auditHandlers: GroupHandlers<Routes['auditEvents']> = {
  list: async (call) => {
    const {
      page: _page,
      page_size: _size,
      per_page: _per,
      cursor: _cursor,
      include_total: _total,
      ...asked
    } = call.query;
    const filter = { ...asked, ...createdBetween(call.query), visible: call.access.visible() };
    return readTrail(call, call.query, filter);
  },

  byRequest: (call) =>
    readTrail(call, call.query, { request_id: call.params.request_id, visible: call.access.visible() }),

  get: async (call) => {
    const { ctx, params, access } = call;
    const row = await getAuditEvent(ctx.db, params.id);
    access.require({ id: row.id });
    await auditAct(ctx.db, call, { ...reading, resource: { type: 'audit_event', id: row.id } });
    return showAuditEvent(row);
  },
};

const reading = { category: 'admin', event_type: 'audit_log.read' } as const;

/** Who looked, and for what, is in the trail before they see it. */
async function readTrail(
  call: Actor & { ctx: ApiContext },
  query: PageQuery,
  filter: Parameters<typeof listAuditEvents>[1] & AuditFilter,
) {
  const { visible: _visible, ...asked } = filter;
  await auditAct(call.ctx.db, call, {
    ...reading,
    resource: { type: 'audit_event' },
    details: { filter: asked },
  });
  return listPage(query, (page) => listAuditEvents(call.ctx.db, filter, page), showAuditEvent);
}

function showAuditEvent({ created, ...row }: AuditEventRow) {
  return { ...row, created: created.toISOString() };
}
