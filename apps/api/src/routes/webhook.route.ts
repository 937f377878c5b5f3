import { randomBytes } from 'node:crypto';
import type { Routes } from '@attune/contract';
import { secretPlaces, setWebhookKey, setWebhookSecret, updateTrigger } from '@attune/db';
import type { Db, TriggerRow } from '@attune/db';
import { InvalidStateError } from '@attune/domain';
import { componentResource } from '../access/resource.js';
import type { ApiContext } from '../context.js';
import type { GroupHandlers } from '../http/call.js';
import type { Receiver } from '../webhooks/receiver.js';
import { webhookChange, writeWebhook } from '../webhooks/webhook-changes.js';
import { showWebhook } from '../webhooks/webhook-view.js';
import { changeDefinition } from './definition.js';
import { loadTrigger } from './trigger.route.js';
import { deliveryHandlers } from './webhook-delivery.route.js';

export function webhookHandlers(receiver: Receiver): GroupHandlers<Routes['webhooks']> {
  return { ...deliveryHandlers(receiver), ...settingsHandlers };
}

type SettingsRoutes = Pick<Routes['webhooks'], 'show' | 'enable' | 'rotate' | 'rotateSecret' | 'disable'>;

const settingsHandlers: GroupHandlers<SettingsRoutes> = {
  show: async ({ ctx, params, access }) => {
    const row = await loadTrigger(ctx.db, params.ref);
    access.require(componentResource(row.ref, row.id));
    return showWebhook(ctx.secrets, row);
  },

  /** Keeps the key of a webhook that is on; one that was off gets a new key. */
  enable: async (call) => {
    const { ctx, params, body, access } = call;
    const row = await loadTrigger(ctx.db, params.ref);
    access.require(componentResource(row.ref, row.id));
    const updated = await changeDefinition(call, changeOf(row), async (trx, by) => {
      const change = webhookChange(await loadTrigger(trx, row.ref), body);
      if (change.settings.respond === 'wait') access.requireAlso('executions:read', {});
      const enabled = await writeWebhook(trx, row, change, { secrets: ctx.secrets, by });
      if (row.webhook_enabled && row.webhook_key_sealed !== null) return enabled;
      return setNewKey(ctx, trx, row.id, 0);
    });
    return showWebhook(ctx.secrets, updated);
  },

  rotate: async (call) => {
    const { ctx, params, body, access } = call;
    const row = await loadTrigger(ctx.db, params.ref);
    access.require(componentResource(row.ref, row.id));
    if (!row.webhook_enabled) throw new InvalidStateError(`the webhook of ${row.ref} is not enabled`);
    const rotated = await changeDefinition(call, changeOf(row), (trx) =>
      setNewKey(ctx, trx, row.id, body.overlap_seconds),
    );
    return showWebhook(ctx.secrets, rotated);
  },

  rotateSecret: async (call) => {
    const { ctx, params, body, access } = call;
    const row = await loadTrigger(ctx.db, params.ref);
    access.require(componentResource(row.ref, row.id));
    if (row.webhook_secret_sealed === null) {
      throw new InvalidStateError(`the webhook of ${row.ref} has no secret that could be exchanged`);
    }
    const sealed = ctx.secrets.seal(body.secret, secretPlaces.webhookSecret(row.id));
    const rotated = await changeDefinition(call, changeOf(row), (trx) =>
      setWebhookSecret(trx, row.id, { sealed, overlapSeconds: body.overlap_seconds }),
    );
    return showWebhook(ctx.secrets, rotated);
  },

  /** What was set stays, and is there again when it is enabled. */
  disable: async (call) => {
    const { ctx, params, access } = call;
    const row = await loadTrigger(ctx.db, params.ref);
    access.require(componentResource(row.ref, row.id));
    if (!row.webhook_enabled) return showWebhook(ctx.secrets, row);
    const updated = await changeDefinition(call, changeOf(row), (trx, by) =>
      updateTrigger(trx, row.id, { webhook_enabled: false }, by),
    );
    return showWebhook(ctx.secrets, updated);
  },
};

function changeOf({ ref }: TriggerRow) {
  return { type: 'trigger', change: 'updated', ref } as const;
}

function setNewKey(ctx: ApiContext, db: Db, triggerId: number, overlapSeconds: number): Promise<TriggerRow> {
  const key = `wh_${randomBytes(16).toString('hex')}`;
  const sealed = ctx.secrets.seal(key, secretPlaces.webhookKey(triggerId));
  return setWebhookKey(db, triggerId, { key, sealed, overlapSeconds });
}
