import { openSecretPart } from '@attune/db';
import type { SecretBox } from '@attune/db';
import { openedSecret, readSecrets, replaceSecrets } from '@attune/domain';

/** For who may see secret values: what is sealed here, opened; a key by its name, as its value is asked for there. */
export function showSecrets(
  secrets: SecretBox,
  values: Record<string, unknown> | null,
): Record<string, unknown> {
  return replaceSecrets(readSecrets(values ?? {}), (secret) =>
    openedSecret(secret, (part) =>
      'key' in part ? `{{ keys.${part.key} }}` : openSecretPart(secrets, part),
    ),
  );
}
