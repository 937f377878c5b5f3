import type { JsonText } from './schema/column.js';

const escapesToCheck = /\\u(?:0000|d[89a-f])/i;

/**
 * JSON text for a jsonb column. PostgreSQL cannot store U+0000 nor half surrogates, which programs do print;
 * they become U+FFFD, so that a result is never lost for one character.
 */
export function toJson(value: unknown): JsonText {
  const text = JSON.stringify(value ?? null);
  return (escapesToCheck.test(text) ? JSON.stringify(value, storable) : text) as JsonText;
}

/** NULL for null and undefined. */
export function toNullableJson(value: unknown): JsonText | null {
  return value === null || value === undefined ? null : toJson(value);
}

/** Text for a text column, which cannot hold U+0000 either. */
export function storableText(text: string): string {
  return text.replaceAll(/[\0\p{Cs}]/gu, '\ufffd');
}

function storable(_key: string, value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [storableText(key), member]));
}
