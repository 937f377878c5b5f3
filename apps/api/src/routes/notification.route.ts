import type { Routes } from '@attune/contract';
import { getNotification, inTransaction, listNotifications, updateNotification } from '@attune/db';
import type { Notification } from '@attune/db';
import { auditAct } from '../auth/audit-act.js';
import type { GroupHandlers } from '../http/call.js';
import { listPage } from './listing.js';

export const notificationHandlers: GroupHandlers<Routes['notifications']> = {
  list: async ({ ctx, query, access }) => {
    const { channel, entity_type, entity, state } = query;
    const filter = { visible: access.visible(), channel, entity_type, entity, state };
    return listPage(query, (page) => listNotifications(ctx.db, filter, page), showNotification);
  },

  get: async ({ ctx, params, access }) => {
    const row = await getNotification(ctx.db, params.id);
    access.require({ id: row.id });
    return showNotification(row);
  },

  update: async (call) => {
    const { ctx, params, body, access } = call;
    const { id } = await getNotification(ctx.db, params.id);
    access.require({ id });
    const row = await inTransaction(ctx.db, async (trx) => {
      const written = await updateNotification(trx, id, body);
      const details = { state: body.state };
      const resource = { type: 'notification', id };
      await auditAct(trx, call, { category: 'api', event_type: 'notification.updated', resource, details });
      return written;
    });
    return showNotification(row);
  },
};

function showNotification({ created, updated, ...row }: Notification) {
  return { ...row, created: created.toISOString(), updated: updated.toISOString() };
}
