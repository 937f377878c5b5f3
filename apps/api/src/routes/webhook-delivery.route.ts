import type { Routes } from '@attune/contract';
import { getWebhookDelivery, listWebhookDeliveries } from '@attune/db';
import type { Db, TriggerRow, WebhookDeliveryRow } from '@attune/db';
import { NotFoundError } from '@attune/domain';
import { componentResource } from '../access/resource.js';
import type { Call, GroupHandlers } from '../http/call.js';
import type { Receiver } from '../webhooks/receiver.js';
import { redeliver } from '../webhooks/redeliver.js';
import { showDelivery } from '../webhooks/webhook-view.js';
import { listPage } from './listing.js';
import { loadTrigger } from './trigger.route.js';

type WebhookRoutes = Routes['webhooks'];
type ReceiveName = 'receivePost' | 'receivePut' | 'receiveGet';
type DeliveryRoutes = Pick<WebhookRoutes, ReceiveName | 'deliveries' | 'delivery' | 'redeliver'>;
/** They differ in nothing but the method, and that is asked of the arrival. */
type ReceiveCall = Pick<Call<WebhookRoutes['receivePost']>, 'arrival' | 'rawBody' | 'signal'>;

export function deliveryHandlers(receiver: Receiver): GroupHandlers<DeliveryRoutes> {
  const receive = (call: ReceiveCall) => receiver.receive(call.arrival, call.rawBody, () => call.signal);
  return {
    receivePost: receive,
    receivePut: receive,
    receiveGet: receive,

    deliveries: async ({ ctx, params, query, access }) => {
      const row = await loadTrigger(ctx.db, params.ref);
      access.require(componentResource(row.ref, row.id));
      const since = query.since === undefined ? undefined : new Date(query.since);
      const filter = { trigger: row.id, status: query.status, created_after: since };
      return listPage(query, (page) => listWebhookDeliveries(ctx.db, filter, page), showDelivery);
    },

    delivery: async ({ ctx, params, access }) => {
      const row = await loadTrigger(ctx.db, params.ref);
      access.require(componentResource(row.ref, row.id));
      return showDelivery(await deliveryOf(ctx.db, row, params.id));
    },

    redeliver: async ({ ctx, params, access, principal, caller, idempotency }) => {
      const trigger = await loadTrigger(ctx.db, params.ref);
      const resource = componentResource(trigger.ref, trigger.id);
      access.require(resource);
      access.requireAlso('events:create', resource);
      const delivery = await deliveryOf(ctx.db, trigger, params.id);
      const workKey = idempotency?.workKey(0);
      const { id, duplicate } = await redeliver(ctx, { trigger, delivery, workKey, principal, caller });
      return { event_id: id, trigger_ref: trigger.ref, duplicate, redelivery_of: delivery.id };
    },
  };
}

async function deliveryOf(db: Db, trigger: TriggerRow, id: number): Promise<WebhookDeliveryRow> {
  const row = await getWebhookDelivery(db, id);
  if (row.trigger !== trigger.id) throw new NotFoundError('webhook_delivery', 'id', id);
  return row;
}
