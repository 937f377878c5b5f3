import { randomBytes } from 'node:crypto';
import type { Routes } from '@attune/contract';
import { listWebhookDeliveries, secretPlaces, setWebhookKey, updateTrigger } from '@attune/db';
import type { Db, TriggerPatch, TriggerRow, WebhookDeliveryRow } from '@attune/db';
import { InvalidStateError } from '@attune/domain';
import { componentResource } from '../access/resource.js';
import type { ApiContext } from '../context.js';
import type { Call, GroupHandlers } from '../http/call.js';
import { receiveDelivery } from '../webhooks/receive-delivery.js';
import { webhookSettingsOf } from '../webhooks/webhook-settings.js';
import { changeDefinition } from './definition.js';
import { listPage } from './listing.js';
import { loadTrigger } from './trigger.route.js';

type WebhookRoutes = Routes['webhooks'];
type ReceivedParts = 'ctx' | 'params' | 'headers' | 'rawBody' | 'rawQuery' | 'caller';
type EnableBody = Call<WebhookRoutes['enable']>['body'];

export const webhookHandlers: GroupHandlers<WebhookRoutes> = {
  receivePost: (call) => receive(call, 'POST'),
  receivePut: (call) => receive(call, 'PUT'),
  receiveGet: (call) => receive(call, 'GET'),

  show: async ({ ctx, params, access }) => {
    const row = await loadTrigger(ctx.db, params.ref);
    access.require(componentResource(row.ref, row.id));
    return showWebhook(ctx, row);
  },

  /** Keeps the key of a webhook that is on; one that was off gets a new key. */
  enable: async (call) => {
    const { ctx, params, body, access } = call;
    const row = await loadTrigger(ctx.db, params.ref);
    access.require(componentResource(row.ref, row.id));
    const change = { type: 'trigger', change: 'updated', ref: row.ref } as const;
    const updated = await changeDefinition(call, change, async (trx, by) => {
      const enabled = await updateTrigger(trx, row.id, settingsOf(ctx, row.id, body), by);
      if (row.webhook_enabled && row.webhook_key_sealed !== null) return enabled;
      return setNewKey(ctx, trx, row.id, 0);
    });
    return showWebhook(ctx, updated);
  },

  rotate: async (call) => {
    const { ctx, params, body, access } = call;
    const row = await loadTrigger(ctx.db, params.ref);
    access.require(componentResource(row.ref, row.id));
    if (!row.webhook_enabled) throw new InvalidStateError(`the webhook of ${row.ref} is not enabled`);
    const change = { type: 'trigger', change: 'updated', ref: row.ref } as const;
    const rotated = await changeDefinition(call, change, (trx) =>
      setNewKey(ctx, trx, row.id, body.overlap_seconds),
    );
    return showWebhook(ctx, rotated);
  },

  deliveries: async ({ ctx, params, query, access }) => {
    const row = await loadTrigger(ctx.db, params.ref);
    access.require(componentResource(row.ref, row.id));
    return listPage(query, (page) => listWebhookDeliveries(ctx.db, row.id, page), showDelivery);
  },

  disable: async (call) => {
    const { ctx, params, access } = call;
    const row = await loadTrigger(ctx.db, params.ref);
    access.require(componentResource(row.ref, row.id));
    if (!row.webhook_enabled) return showWebhook(ctx, row);
    const change = { type: 'trigger', change: 'updated', ref: row.ref } as const;
    const updated = await changeDefinition(call, change, (trx, by) =>
      updateTrigger(trx, row.id, { webhook_enabled: false, webhook_secret_sealed: null }, by),
    );
    return showWebhook(ctx, updated);
  },
};

function receive(
  {
    ctx,
    params,
    headers,
    rawBody,
    rawQuery,
    caller,
  }: Pick<Call<WebhookRoutes['receivePost']>, ReceivedParts>,
  method: string,
) {
  return receiveDelivery(ctx, {
    key: params.key,
    method,
    headers,
    rawBody,
    query: rawQuery,
    address: caller.address,
    receivedAt: ctx.auth.settings.clock.now(),
  });
}

function setNewKey(ctx: ApiContext, db: Db, triggerId: number, overlapSeconds: number): Promise<TriggerRow> {
  const key = `wh_${randomBytes(16).toString('hex')}`;
  const sealed = ctx.secrets.seal(key, secretPlaces.webhookKey(triggerId));
  return setWebhookKey(db, triggerId, { key, sealed, overlapSeconds });
}

function settingsOf(ctx: ApiContext, triggerId: number, body: EnableBody): TriggerPatch {
  const { verification, methods, dedupe_header } = body;
  const { secret, ...rest } = { secret: undefined, ...verification };
  const place = secretPlaces.webhookSecret(triggerId);
  return {
    webhook_enabled: true,
    webhook_config: { ...rest, methods, ...(dedupe_header ? { dedupe_header } : {}) },
    webhook_secret_sealed: secret === undefined ? null : ctx.secrets.seal(secret, place),
  };
}

/** The key is shown to who manages the webhook; the secret to nobody. */
function showWebhook(ctx: ApiContext, row: TriggerRow) {
  const key = keyOf(ctx, row);
  return {
    trigger_ref: row.ref,
    enabled: row.webhook_enabled,
    key,
    path: key === null ? null : `/api/v1/webhooks/${key}`,
    ...showSettings(row),
  };
}

function keyOf(ctx: ApiContext, row: TriggerRow): string | null {
  if (!row.webhook_enabled || row.webhook_key_sealed === null) return null;
  return ctx.secrets.open(row.webhook_key_sealed, secretPlaces.webhookKey(row.id));
}

function showSettings(row: TriggerRow) {
  const settings = row.webhook_enabled ? webhookSettingsOf(row) : undefined;
  if (settings === undefined) return { preset: null, has_secret: false, methods: [], dedupe_header: null };
  const { preset, methods, dedupe_header = null } = settings;
  return { preset, has_secret: row.webhook_secret_sealed !== null, methods, dedupe_header };
}

function showDelivery({
  created,
  trigger: _trigger,
  trigger_ref: _ref,
  rate_limited: _limited,
  ...row
}: WebhookDeliveryRow) {
  return { ...row, created: created.toISOString() };
}
