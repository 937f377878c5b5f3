import type { SecretBox } from '@attune/db';

/**
 * Derived, not stored: every replica prints the same link. It works once because it is honoured only while
 * there is no identity, and another installation has another signing key.
 */
export function setupTokenOf(secrets: SecretBox, kid: string): string {
  return secrets.derive(`first account ${kid}`).toString('base64url');
}
