import { webhookOptions, webhookVerifications } from '@attune/domain';
import { z } from 'zod';

export const webhookSecretSchema = z
  .string()
  .min(8)
  .max(512)
  .describe('What the sender signs with, its token or its password. Stored encrypted; never shown again');

const secret = webhookSecretSchema
  .optional()
  .describe('Of the same preset: absent keeps. Stored encrypted; never shown again');

/** How a delivery proves where it comes from. There is no default. */
export const webhookVerificationSchema = z.discriminatedUnion('preset', [
  z.object({ ...webhookVerifications.plain, secret }),
  z.object({ ...webhookVerifications.timed, secret }),
  z.object({ ...webhookVerifications.basic, secret }),
  z.object({ ...webhookVerifications.hmac, secret }),
  z.object(webhookVerifications.none),
]);

/** Absent keeps, null clears: enabling again drops nothing. */
export const webhookSettingsBody = z.object({
  verification: webhookVerificationSchema
    .optional()
    .describe('Absent keeps; must be chosen once. Replaces the one before, but for its secret'),
  methods: webhookOptions.methods.nullish(),
  dedupe_header: webhookOptions.dedupe_header.nullish(),
  dedupe_expression: webhookOptions.dedupe_expression.nullish(),
  max_body_bytes: webhookOptions.max_body_bytes.nullish(),
  rate_limit: webhookOptions.rate_limit.nullish(),
  source_rate_limit: webhookOptions.source_rate_limit.nullish(),
  allowed_addresses: webhookOptions.allowed_addresses.nullish(),
  respond: webhookOptions.respond.nullish(),
  respond_timeout_seconds: webhookOptions.respond_timeout_seconds.nullish(),
});

const rateSchema = z.object({ requests: z.int(), window_seconds: z.int() }).nullable();

export const webhookSchema = z
  .object({
    trigger_ref: z.string(),
    enabled: z.boolean(),
    key: z.string().nullable().describe('Part of the address; treat it as a password'),
    path: z.string().nullable(),
    previous_key_expires_at: z.iso.datetime({ offset: true }).nullable(),
    preset: z.string().nullable().describe('Null while none is chosen, or the settings are broken'),
    verification: z.record(z.string(), z.unknown()).nullable().describe('The preset and what it was told'),
    has_secret: z.boolean(),
    previous_secret_expires_at: z.iso.datetime({ offset: true }).nullable(),
    methods: z.array(z.string()),
    dedupe_header: z.string().nullable(),
    dedupe_expression: z.string().nullable(),
    max_body_bytes: z.int().nullable(),
    rate_limit: rateSchema,
    source_rate_limit: rateSchema,
    allowed_addresses: z.array(z.string()).nullable(),
    respond: z.string(),
    respond_timeout_seconds: z.int().nullable(),
  })
  .meta({ id: 'Webhook' });
