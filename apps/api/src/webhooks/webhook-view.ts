import { secretPlaces } from '@attune/db';
import type { SecretBox, TriggerRow, WebhookDeliveryRow } from '@attune/db';
import { webhookSettingsSchema, webhookVerificationFields } from '@attune/domain';
import type { webhookOptions, WebhookSettings } from '@attune/domain';

type OptionName = Exclude<keyof typeof webhookOptions, 'methods' | 'respond'>;

/** What is said of settings that are not set. */
const unset: { [Name in OptionName]: NonNullable<WebhookSettings[Name]> | null } & { respond: string } = {
  dedupe_header: null,
  dedupe_expression: null,
  max_body_bytes: null,
  rate_limit: null,
  source_rate_limit: null,
  allowed_addresses: null,
  respond: 'accepted',
  respond_timeout_seconds: null,
};

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

/** Broken settings are shown as none: they accept nothing. */
function showSettings({ webhook_config }: TriggerRow) {
  const parsed = webhookSettingsSchema.safeParse(webhook_config);
  if (!parsed.success) return { ...unset, preset: null, verification: null, methods: [] };
  const [verification, options] = [true, false].map((isWanted) =>
    Object.entries(parsed.data).filter(([name]) => webhookVerificationFields.has(name) === isWanted),
  );
  const { preset, methods } = parsed.data;
  return {
    ...unset,
    ...(Object.fromEntries(options ?? []) as Partial<typeof unset>),
    preset,
    verification: Object.fromEntries(verification ?? []),
    methods,
  };
}

function futureInstant(at: Date | null): string | null {
  return at?.toISOString() ?? null;
}
