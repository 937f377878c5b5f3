import type { JsonObject } from '../value-kind.js';

/**
 * A piece of a secret: text as it stands, a key by its ref, or a value that the api has sealed for `home`
 * (`pack:ops`, `action:ops.note`).
 */
export type SecretPart = string | { readonly key: string } | SealedPart;

export interface SealedPart {
  /** The envelope; only the api opens it. */
  readonly sealed: JsonObject;
  /** What it was sealed for. */
  readonly home: string;
}

/**
 * A value that is opened only where the action runs; until then this stands for it, in rows as `{"$secret": […]}`.
 * One part that is no text keeps the value's type, several are joined to a text. A class, so that what was read from
 * a place that holds secrets differs from JSON of the same shape that somebody has sent, and so that no expression
 * can look into it.
 */
export class SecretValue {
  readonly $secret: readonly SecretPart[];

  constructor(parts: readonly SecretPart[]) {
    this.$secret = parts;
  }
}

/** The field that JSON from outside must not have. */
export const secretField = '$secret' satisfies keyof SecretValue;

/** Text and secrets, in order, as one secret. */
export function joinedSecret(pieces: readonly (string | SecretValue)[]): SecretValue {
  return new SecretValue(pieces.flatMap((piece) => (typeof piece === 'string' ? [piece] : piece.$secret)));
}

/** The value, with `open` for every part that is no text. */
export function openedSecret(
  { $secret: parts }: SecretValue,
  open: (part: Exclude<SecretPart, string>) => unknown,
): unknown {
  const [only] = parts;
  if (parts.length === 1 && typeof only === 'object') return open(only);
  return parts.map((part) => (typeof part === 'string' ? part : written(open(part)))).join('');
}

/** As templates write values into a text. */
function written(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === null || value === undefined ? '' : JSON.stringify(value);
}
