import { changeSecrets, readSecrets, replaceSecrets } from '@attune/domain';

/** The values with null for everything the schema declares `secret`, and for what is stored sealed. The given values stay as they are. */
export function withoutSecrets(
  schema: unknown,
  values: Record<string, unknown> | null,
): Record<string, unknown> {
  const shown = changeSecrets(schema, values ?? {}, () => null);
  return replaceSecrets(readSecrets(shown), () => null);
}
