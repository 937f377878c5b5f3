import type { Routes } from '@attune/contract';
import { secretPlaces, setWebhookSecret, updateTrigger } from '@attune/db';
import type { Authorship, SecretBox, TriggerRow, Trx } from '@attune/db';
import { ValidationError, webhookSettingsSchema, webhookVerificationFields } from '@attune/domain';
import type { ErrorDetail, WebhookSettings } from '@attune/domain';
import type { Call } from '../http/call.js';

type SettingsBody = Call<Routes['webhooks']['enable']>['body'];

export interface WebhookChange {
  settings: WebhookSettings;
  /** Undefined keeps the secret, null ends it. */
  secret: string | null | undefined;
}

/** What a request makes of the settings that are there: absent keeps, null clears. Throws ValidationError. */
export function webhookChange(row: TriggerRow, body: SettingsBody): WebhookChange {
  const { verification, ...options } = body;
  const before = row.webhook_config;
  const kept = Object.entries({ ...before, ...defined(options) }).filter(
    ([name, value]) => value !== null && (verification === undefined || !webhookVerificationFields.has(name)),
  );
  const { secret, ...chosen } = { secret: undefined, ...verification };
  const parsed = webhookSettingsSchema.safeParse({ ...Object.fromEntries(kept), ...defined(chosen) });
  if (!parsed.success) throw invalid(parsed.error.issues);
  return { settings: parsed.data, secret: secretChange(row, parsed.data, secret) };
}

/** Writes the settings, and the secret when it changes; that ends the one before at once. */
export async function writeWebhook(
  trx: Trx,
  row: TriggerRow,
  { settings, secret }: WebhookChange,
  { secrets, by }: { secrets: SecretBox; by: Authorship },
): Promise<TriggerRow> {
  const updated = await updateTrigger(trx, row.id, { webhook_enabled: true, webhook_config: settings }, by);
  if (secret === undefined) return updated;
  const sealed = secret === null ? null : secrets.seal(secret, secretPlaces.webhookSecret(row.id));
  return setWebhookSecret(trx, row.id, { sealed });
}

/** A secret belongs to its preset: another one needs another secret, and `none` needs none. */
function secretChange(row: TriggerRow, settings: WebhookSettings, given: string | undefined) {
  if (settings.preset === 'none') return null;
  if (given !== undefined) return given;
  const isSamePreset = settings.preset === row.webhook_config['preset'];
  if (isSamePreset && row.webhook_secret_sealed !== null) return undefined;
  throw new ValidationError('the request is not valid: verification.secret is required', {
    details: [{ path: 'verification.secret', message: 'is required' }],
  });
}

interface Issue {
  path: PropertyKey[];
  message: string;
}

function invalid(issues: readonly Issue[]): ValidationError {
  const details = issues.map(detailOf);
  const [first] = details;
  return new ValidationError(`the settings of the webhook are not valid: ${first?.path} ${first?.message}`, {
    details,
  });
}

function detailOf({ path, message }: Issue): ErrorDetail {
  const [field = 'verification'] = path.map(String);
  if (field === 'preset') return { path: 'verification', message: 'is required' };
  return {
    path: webhookVerificationFields.has(field) ? `verification.${path.join('.')}` : path.join('.'),
    message,
  };
}

function defined(values: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
