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
  /**
   * A sealed part of a SecretValue, in a document: it moves with what is rendered from it (`pack.config` to the
   * parameters of executions, these to their repetition), and opens nowhere as anything else.
   */
  secretValue: (home: string): string => `secret_value:${home}`,
} as const;
