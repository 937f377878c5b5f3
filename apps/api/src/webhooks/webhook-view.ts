import { secretPlaces } from '@attune/db';
import type { SecretBox, TriggerRow, WebhookDeliveryRow } from '@attune/db';
import { webhookSettingsSchema, webhookVerificationFields } from '@attune/domain';

/** The key is shown to who manages the webhook; the secret to nobody. */
export function showWebhook(secrets: SecretBox, row: TriggerRow) {
  const key = keyOf(secrets, row);
  return {
    trigger_ref: row.ref,
    enabled: row.webhook_enabled,
    key,
    path: key === null ? null : `/api/v1/webhooks/${key}`,
    previous_key_expires_at: futureInstant(row.webhook_previous_key_expires_at),
    has_secret: row.webhook_secret_sealed !== null,
    previous_secret_expires_at: futureInstant(row.webhook_previous_secret_expires_at),
    ...showSettings(row),
  };
}

export function showDelivery({ trigger: _trigger, trigger_ref: _ref, ...row }: WebhookDeliveryRow) {
  return { ...row, created: row.created.toISOString() };
}

function keyOf(secrets: SecretBox, row: TriggerRow): string | null {
  if (!row.webhook_enabled || row.webhook_key_sealed === null) return null;
  return secrets.open(row.webhook_key_sealed, secretPlaces.webhookKey(row.id));
}

function showSettings({ webhook_config }: TriggerRow) {
  const parsed = webhookSettingsSchema.safeParse(webhook_config);
  const settings = parsed.success ? parsed.data : undefined;
  const isOfVerification = ([name]: [string, unknown]) => webhookVerificationFields.has(name);
  return {
    preset: settings?.preset ?? null,
    verification:
      settings === undefined ? null : Object.fromEntries(Object.entries(settings).filter(isOfVerification)),
    methods: settings?.methods ?? [],
    dedupe_header: settings?.dedupe_header ?? null,
    dedupe_expression: settings?.dedupe_expression ?? null,
    max_body_bytes: settings?.max_body_bytes ?? null,
    rate_limit: settings?.rate_limit ?? null,
    source_rate_limit: settings?.source_rate_limit ?? null,
    allowed_addresses: settings?.allowed_addresses ?? null,
    respond: settings?.respond ?? 'accepted',
    respond_timeout_seconds: settings?.respond_timeout_seconds ?? null,
  };
}

function futureInstant(at: Date | null): string | null {
  return at?.toISOString() ?? null;
}
