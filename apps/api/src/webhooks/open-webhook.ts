import { findWebhookByKey, secretPlaces } from '@attune/db';
import type { Db, SecretBox, TriggerRow } from '@attune/db';
import { webhookSettingsSchema } from '@attune/domain';
import type { WebhookSettings } from '@attune/domain';
import { cacheByEpoch } from '@attune/intake';
import type { DefinitionCache, Known } from '@attune/intake';
import { HttpError } from '../http/http-error.js';
import { presetOf } from './presets.js';
import type { Preset } from './presets.js';

/** A webhook that takes deliveries. Kept until a definition changes: read it at every delivery anew. */
export interface OpenWebhook {
  readonly trigger: TriggerRow;
  /** Undefined when the settings are broken or incomplete: such a webhook accepts nothing. */
  readonly told: { readonly settings: WebhookSettings; readonly preset: Preset } | undefined;
  /** By the clock of performance.now(): when the key it was found by, and the secret before, end. */
  readonly keyUntil: number;
  readonly previousSecretUntil: number;
}

/** Webhooks by their key: the row is read once per epoch. */
export function cacheOpenWebhooks(): DefinitionCache<OpenWebhook> {
  return cacheByEpoch(load);
}

/** The webhook of this key, as long as the key holds. */
export function openWebhookOf({ byRef }: Known<OpenWebhook>, key: string): OpenWebhook {
  const webhook = byRef.get(key);
  if (webhook !== undefined && performance.now() < webhook.keyUntil) return webhook;
  throw new HttpError('NOT_FOUND', 'no webhook has this address');
}

/** What deliveries are verified by: the secret, and the one before while its overlap lasts. */
export function secretsOf(
  secrets: SecretBox,
  { trigger, previousSecretUntil }: Pick<OpenWebhook, 'trigger' | 'previousSecretUntil'>,
): string[] {
  const sealed = [
    trigger.webhook_secret_sealed,
    performance.now() < previousSecretUntil ? trigger.webhook_previous_secret_sealed : null,
  ];
  return sealed
    .filter((value) => value !== null)
    .map((value) => secrets.open(value, secretPlaces.webhookSecret(trigger.id)));
}

/** Times that are left are counted from before they were asked for, by a clock that nobody sets. */
async function load(db: Db, key: string): Promise<OpenWebhook | undefined> {
  const askedAt = performance.now();
  const found = await findWebhookByKey(db, key);
  if (found === undefined) return undefined;
  const { trigger, keyMs, previousSecretMs } = found;
  const settings = webhookSettingsSchema.safeParse(trigger.webhook_config);
  return {
    trigger,
    told: settings.success ? { settings: settings.data, preset: presetOf(settings.data) } : undefined,
    keyUntil: keyMs === null ? Number.POSITIVE_INFINITY : askedAt + keyMs,
    previousSecretUntil: previousSecretMs === null ? 0 : askedAt + previousSecretMs,
  };
}
