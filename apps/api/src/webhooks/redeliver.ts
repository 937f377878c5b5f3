import { findEvent, inTransaction } from '@attune/db';
import type { EventRow, TriggerRow, WebhookDeliveryRow } from '@attune/db';
import { InvalidStateError } from '@attune/domain';
import type { Principal } from '@attune/domain';
import { announceEvents, storeEvents } from '@attune/intake';
import type { StoredEvent } from '@attune/intake';
import { auditAct } from '../auth/audit-act.js';
import type { ApiContext } from '../context.js';
import type { Caller } from '../http/call.js';

export interface Redelivery {
  trigger: TriggerRow;
  delivery: WebhookDeliveryRow;
  /** Makes repeating the request repeat nothing. */
  workKey: string | undefined;
  principal: Principal;
  caller: Caller;
}

/**
 * Records the event of a delivery again, as a new one that says where it comes from, with the audit of who did it in
 * the same transaction. Only what became an event can be: of everything else no body is kept.
 */
export async function redeliver(ctx: ApiContext, redelivery: Redelivery): Promise<StoredEvent> {
  const { trigger, delivery, workKey } = redelivery;
  if (!trigger.enabled) throw new InvalidStateError(`the trigger ${trigger.ref} is disabled`);
  const before = await eventOf(ctx, delivery);
  const event = {
    trigger: trigger.ref,
    payload: before.payload,
    config: { ...before.config, redelivery_of: delivery.id },
    ...(workKey === undefined ? {} : { dedupeKey: workKey }),
  };
  const stored = await inTransaction(ctx.db, async (trx) => {
    const [recorded] = await storeEvents(trx, [event]);
    if (recorded === undefined) throw new Error(`no event of ${trigger.ref} was recorded`);
    await auditAct(trx, redelivery, {
      category: 'admin',
      event_type: 'webhook.redelivered',
      resource: { type: 'trigger', id: trigger.id, ref: trigger.ref },
      details: { delivery: delivery.id, event: recorded.id },
    });
    return recorded;
  });
  await announceEvents(ctx, [stored]);
  return stored;
}

async function eventOf(ctx: ApiContext, delivery: WebhookDeliveryRow): Promise<EventRow> {
  if (delivery.status_code >= 400) {
    throw new InvalidStateError(`delivery ${delivery.id} was refused; no body of it is kept`);
  }
  if (delivery.event === null) {
    throw new InvalidStateError(`delivery ${delivery.id} was a handshake; it became no event`);
  }
  const event = await findEvent(ctx.db, delivery.event);
  if (event !== undefined) return event;
  throw new InvalidStateError(`event ${delivery.event} of delivery ${delivery.id} is no longer kept`);
}
