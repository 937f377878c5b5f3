import { randomBytes } from 'node:crypto';
import type { Routes } from '@attune/contract';
import { setWebhookKey, updateTrigger } from '@attune/db';
import type { TriggerRow } from '@attune/db';
import { componentResource } from '../access/resource.js';
import type { ApiContext } from '../context.js';
import type { Call, GroupHandlers } from '../http/call.js';
import { receiveDelivery } from '../webhooks/receive-delivery.js';
import { webhookKeyPlace, webhookSecretPlace, webhookSettingsOf } from '../webhooks/webhook-settings.js';
import type { WebhookSettings } from '../webhooks/webhook-settings.js';
import { changeDefinition } from './definition.js';
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
  enable: async ({ ctx, params, body, principal, access, caller }) => {
    const row = await loadTrigger(ctx.db, params.ref);
    access.require(componentResource(row.ref, row.id));
    const change = { ctx, principal, caller, type: 'trigger', change: 'updated' } as const;
    const updated = await changeDefinition(change, async (trx, by) => {
      const patch = { webhook_enabled: true, webhook_config: configOf(ctx, row.id, body) };
      const enabled = await updateTrigger(trx, row.id, patch, by);
      if (row.webhook_enabled && row.webhook_key_sealed !== null) return enabled;
      const key = `wh_${randomBytes(16).toString('hex')}`;
      const sealed = { ...ctx.secrets.seal(key, webhookKeyPlace(row.id)) };
      return setWebhookKey(trx, row.id, { key, sealed, overlapSeconds: 0 });
    });
    return showWebhook(ctx, updated);
  },

  disable: async ({ ctx, params, principal, access, caller }) => {
    const row = await loadTrigger(ctx.db, params.ref);
    access.require(componentResource(row.ref, row.id));
    if (!row.webhook_enabled) return showWebhook(ctx, row);
    const { secret: _, ...kept } = row.webhook_config;
    const change = { ctx, principal, caller, type: 'trigger', change: 'updated' } as const;
    const updated = await changeDefinition(change, (trx, by) =>
      updateTrigger(trx, row.id, { webhook_enabled: false, webhook_config: kept }, by),
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

function configOf(ctx: ApiContext, triggerId: number, body: EnableBody): Record<string, unknown> {
  const { verification, methods, dedupe_header } = body;
  const { secret, ...rest } = { secret: undefined, ...verification };
  return {
    ...rest,
    methods,
    ...(dedupe_header ? { dedupe_header } : {}),
    ...(secret === undefined ? {} : { secret: ctx.secrets.seal(secret, webhookSecretPlace(triggerId)) }),
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
    ...showSettings(row.webhook_enabled ? webhookSettingsOf(row) : undefined),
  };
}

function keyOf(ctx: ApiContext, row: TriggerRow): string | null {
  if (!row.webhook_enabled || row.webhook_key_sealed === null) return null;
  return ctx.secrets.open(row.webhook_key_sealed, webhookKeyPlace(row.id));
}

function showSettings(settings: WebhookSettings | undefined) {
  if (settings === undefined) return { preset: null, has_secret: false, methods: [], dedupe_header: null };
  const { preset, secret, methods, dedupe_header = null } = settings;
  return { preset, has_secret: Boolean(secret), methods, dedupe_header };
}
