/**
 * Where sealed values live, one function for each kind of secret. A value is sealed for its place and opens nowhere
 * else, so these never change; what they are made of is immutable in its row.
 */
export const secretPlaces = {
  /** `key.value` of an encrypted key. */
  key: (ref: string): string => `key:${ref}`,
  /** `signing_key.private_sealed`. */
  signingKey: (kid: string): string => `signing_key:${kid}`,
  /** `trigger.webhook_key_sealed`. */
  webhookKey: (triggerId: number | string): string => `trigger:${triggerId}:webhook_key`,
  /** `trigger.webhook_secret_sealed`, and `webhook_previous_secret_sealed`, to which it moves as it is. */
  webhookSecret: (triggerId: number | string): string => `trigger:${triggerId}:webhook_secret`,
} as const;
