import { z } from 'zod';
import { isCidr } from '../cidr.js';
import { checkWebhookSettings } from './check-webhook-settings.js';

const headerName = z
  .string()
  .regex(/^[A-Za-z0-9-]+$/, { error: 'must be the name of a header' })
  .max(100);

const tolerance_seconds = z
  .int()
  .min(1)
  .max(86_400)
  .default(300)
  .describe('How far the signed time may be from now, in seconds');

const rate = z.object({
  requests: z.int().min(1).max(1_000_000),
  window_seconds: z.int().min(1).max(3600).default(60),
});

export type WebhookRate = z.output<typeof rate>;

/**
 * How a delivery proves where it comes from, by preset: what there is to say beside the secret, which is stored
 * apart. There is no default.
 */
export const webhookVerifications = {
  plain: { preset: z.enum(['github', 'gitlab', 'pagerduty', 'alertmanager', 'grafana', 'bearer']) },
  timed: { preset: z.enum(['slack', 'stripe']), tolerance_seconds },
  basic: {
    preset: z.literal('basic'),
    username: z
      .string()
      .regex(/^[^:]+$/, { error: 'must have no colon' })
      .max(255),
  },
  hmac: {
    preset: z.literal('hmac'),
    header: headerName.describe('Where the signature is'),
    algorithm: z.enum(['sha256', 'sha512', 'sha1']).default('sha256'),
    encoding: z.enum(['hex', 'base64', 'base64url']).default('hex'),
    prefix: z.string().max(50).default('').describe('Text before the signature, such as `sha256=`'),
    separator: z
      .enum([',', ' '])
      .optional()
      .describe('Between signatures, of senders that send several while a secret is exchanged'),
    signed: z
      .string()
      .min(1)
      .max(200)
      .default('{body}')
      .describe('What is signed: text, `{body}`, `{timestamp}` and `{header.X-Name}`'),
    timestamp_header: headerName.optional().describe('Where the signed time is: seconds or milliseconds'),
    tolerance_seconds,
  },
  none: { preset: z.literal('none') },
} as const;

/** Which fields of the settings say how deliveries are verified. */
export const webhookVerificationFields: ReadonlySet<string> = new Set(
  Object.values(webhookVerifications).flatMap((fields) => Object.keys(fields)),
);

/** Everything else that can be set for a webhook. */
export const webhookOptions = {
  methods: z
    .array(z.enum(['POST', 'PUT', 'GET']))
    .min(1)
    .max(3),
  dedupe_header: headerName.describe('Two deliveries with the same value of this header are one event'),
  dedupe_expression: z
    .string()
    .min(1)
    .max(2000)
    .describe('CEL over payload, headers, query, method and body_sha256; the same value is the same event'),
  max_body_bytes: z.int().min(1).max(1_073_741_824).describe('Largest body; the server has a limit too'),
  rate_limit: rate.describe('Deliveries to this webhook'),
  source_rate_limit: rate.describe('Deliveries to this webhook from one address'),
  allowed_addresses: z
    .array(z.string().refine(isCidr, { error: 'must be an address or a network such as 10.0.0.0/8' }))
    .min(1)
    .max(500)
    .describe('Addresses and networks that deliveries may come from; anywhere when not set'),
  respond: z
    .enum(['accepted', 'wait'])
    .describe('Answer when the event is kept, or wait for the executions that it starts'),
  respond_timeout_seconds: z.int().min(1).max(300).describe('How long to wait for them'),
} as const;

const stored = {
  methods: webhookOptions.methods.default(['POST']),
  dedupe_header: webhookOptions.dedupe_header.optional(),
  dedupe_expression: webhookOptions.dedupe_expression.optional(),
  max_body_bytes: webhookOptions.max_body_bytes.optional(),
  rate_limit: webhookOptions.rate_limit.optional(),
  source_rate_limit: webhookOptions.source_rate_limit.optional(),
  allowed_addresses: webhookOptions.allowed_addresses.optional(),
  respond: webhookOptions.respond.optional(),
  respond_timeout_seconds: webhookOptions.respond_timeout_seconds.optional(),
};

/** `trigger.webhook_config`, also as the files of packs write it. What it does not know makes it invalid. */
export const webhookSettingsSchema = z
  .discriminatedUnion('preset', [
    z.strictObject({ ...webhookVerifications.plain, ...stored }),
    z.strictObject({ ...webhookVerifications.timed, ...stored }),
    z.strictObject({ ...webhookVerifications.basic, ...stored }),
    z.strictObject({ ...webhookVerifications.hmac, ...stored }),
    z.strictObject({ ...webhookVerifications.none, ...stored }),
  ])
  .superRefine((settings, context) => {
    for (const { path, message } of checkWebhookSettings(settings)) {
      context.addIssue({ code: 'custom', path: [path], message });
    }
  });

export type WebhookSettings = z.output<typeof webhookSettingsSchema>;
export type WebhookPreset = WebhookSettings['preset'];
