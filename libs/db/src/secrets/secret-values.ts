import { changeSecrets, SecretValue } from '@attune/domain';
import type { SealedPart } from '@attune/domain';
import { toJson } from '../json.js';
import type { SecretBox } from './secret-box.js';
import { secretPlaces } from './secret-places.js';

/** For what a secret is sealed: it is bound to that. */
export const secretHomes = {
  packConfig: (packRef: string): string => `pack:${packRef}`,
  parameters: (actionRef: string): string => `action:${actionRef}`,
} as const;

/**
 * Values with everything sealed that the schema declares `secret`; what is sealed already, and null, stays as it is.
 */
export function sealSecrets(
  box: SecretBox,
  schema: unknown,
  { values, home }: { values: Record<string, unknown>; home: string },
): Record<string, unknown> {
  return changeSecrets(schema, values, (value) =>
    isInClear(value)
      ? new SecretValue([{ sealed: box.seal(toJson(value), secretPlaces.secretValue(home)), home }])
      : value,
  );
}

/** Whether the values hold anything that `sealSecrets` would seal. */
export function holdsClearSecret(schema: unknown, values: Record<string, unknown>): boolean {
  let found = false;
  changeSecrets(schema, values, (value) => {
    found ||= isInClear(value);
    return value;
  });
  return found;
}

/** Throws SecretError. */
export function openSecretPart(box: SecretBox, { sealed, home }: SealedPart): unknown {
  return JSON.parse(box.open(sealed, secretPlaces.secretValue(home))) as unknown;
}

/** The same secret under the current master key. Throws SecretError. */
export function rewrapSecret(box: SecretBox, { $secret }: SecretValue): SecretValue {
  return new SecretValue(
    $secret.map((part) =>
      typeof part === 'object' && 'sealed' in part
        ? { ...part, sealed: box.rewrap(part.sealed, secretPlaces.secretValue(part.home)) }
        : part,
    ),
  );
}

function isInClear(value: unknown): boolean {
  return value !== null && value !== undefined && !(value instanceof SecretValue);
}
