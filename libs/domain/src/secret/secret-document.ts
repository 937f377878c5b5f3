import type { ErrorDetail } from '../errors.js';
import { memberPath } from '../path.js';
import { isMap, setKey } from '../value-kind.js';
import type { JsonObject } from '../value-kind.js';
import { secretField, SecretValue } from './secret-value.js';
import type { SecretPart } from './secret-value.js';

export interface FoundSecret {
  /** As errors name it: `auth.tokens[0]`. */
  readonly path: string;
  readonly secret: SecretValue;
}

/**
 * A stored document with its secrets as SecretValue. Only for what comes from a row that outsiders cannot write
 * as it is. A document without secrets is answered itself.
 */
export function readSecrets<Document>(document: Document): Document {
  return mapValues(document, (value) =>
    isMap(value) && isStoredSecret(value)
      ? new SecretValue(value[secretField] as readonly SecretPart[])
      : undefined,
  ) as Document;
}

/** Another value in the place of every secret. */
export function replaceSecrets<Document>(
  document: Document,
  replace: (secret: SecretValue) => unknown,
): Document {
  return mapValues(document, (value) =>
    value instanceof SecretValue ? { value: replace(value) } : undefined,
  ) as Document;
}

export function findSecrets(document: unknown, path = ''): FoundSecret[] {
  if (document instanceof SecretValue) return [{ path, secret: document }];
  return membersOf(document).flatMap(([key, member]) => findSecrets(member, memberPath(path, key)));
}

export function holdsSecret(document: unknown): boolean {
  return document instanceof SecretValue || membersOf(document).some(([, member]) => holdsSecret(member));
}

/** Where JSON from outside looks like a secret that is stored: it would be opened as one. */
export function forgedSecrets(document: unknown, path = ''): ErrorDetail[] {
  return membersOf(document).flatMap(([key, member]) => {
    if (key !== secretField) return forgedSecrets(member, memberPath(path, key));
    return [{ path, message: `is reserved: '${secretField}' marks what is stored sealed` }];
  });
}

/** Refs of the keys in a secret. */
export function keyRefsOf({ $secret }: SecretValue): string[] {
  return $secret.flatMap((part) => (typeof part === 'object' && 'key' in part ? [part.key] : []));
}

function isStoredSecret(value: JsonObject): boolean {
  return Array.isArray(value[secretField]) && Object.keys(value).length === 1;
}

/** None of a secret itself. */
function membersOf(value: unknown): [string | number, unknown][] {
  if (Array.isArray(value)) return value.map((item, index) => [index, item]);
  return isMap(value) ? Object.entries(value) : [];
}

type Change = (value: unknown) => SecretValue | { readonly value: unknown } | undefined;

/** Copies what changes, and shares the rest. */
function mapValues(value: unknown, change: Change): unknown {
  const changed = change(value);
  if (changed !== undefined) return changed instanceof SecretValue ? changed : changed.value;
  if (Array.isArray(value)) return mapList(value, change);
  return isMap(value) ? mapMap(value, change) : value;
}

function mapList(list: readonly unknown[], change: Change): readonly unknown[] {
  const mapped = list.map((item) => mapValues(item, change));
  return mapped.some((item, index) => item !== list[index]) ? mapped : list;
}

function mapMap(map: JsonObject, change: Change): JsonObject {
  let copy: Record<string, unknown> | undefined;
  for (const [key, member] of Object.entries(map)) {
    const mapped = mapValues(member, change);
    if (mapped === member) continue;
    copy ??= Object.fromEntries(Object.entries(map));
    setKey(copy, key, mapped);
  }
  return copy ?? map;
}
