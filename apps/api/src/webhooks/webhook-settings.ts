import type { TriggerRow } from '@attune/db';
import { z } from 'zod';

const verification = z.discriminatedUnion('preset', [
  z.object({ preset: z.literal('github') }),
  z.object({
    preset: z.literal('hmac'),
    header: z.string().min(1),
    algorithm: z.enum(['sha256', 'sha512']),
    encoding: z.enum(['hex', 'base64']),
    prefix: z.string(),
  }),
  z.object({ preset: z.literal('bearer') }),
  z.object({ preset: z.literal('none') }),
]);

/** `trigger.webhook_config` of a webhook that is on. */
const settings = z.intersection(
  verification,
  z.object({
    methods: z.array(z.enum(['POST', 'PUT', 'GET'])).min(1),
    dedupe_header: z.string().nullish(),
  }),
);

export type WebhookSettings = z.output<typeof settings>;

/** Undefined when the settings are broken or incomplete: such a webhook accepts nothing. */
export function webhookSettingsOf(trigger: TriggerRow): WebhookSettings | undefined {
  const parsed = settings.safeParse(trigger.webhook_config);
  return parsed.success ? parsed.data : undefined;
}
