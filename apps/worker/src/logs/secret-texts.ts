import { secretPaths } from '@attune/domain';

/** Parts of a longer secret (lines of a private key, fields of a service account) are hidden on their own from this length on. */
const shortestPart = 8;

/**
 * Every text that must not be seen in the output of a run: the values of parameters declared `secret`, and what they
 * were put together from, whole, line by line, and in the spellings they usually come out in (inside JSON, inside a
 * URL).
 */
export function secretTexts(
  schema: unknown,
  parameters: Readonly<Record<string, unknown>>,
  pieces: readonly unknown[] = [],
): string[] {
  const values = secretPaths(schema).flatMap((path) => valuesAt(parameters, path.split('.')));
  const texts = [...values, ...pieces].flatMap(leafTexts).flatMap(spellings);
  return [...new Set(texts)].filter((text) => text !== '');
}

function valuesAt(value: unknown, path: readonly string[]): unknown[] {
  const [key, ...rest] = path;
  if (key === undefined) return [value];
  if (typeof value !== 'object' || value === null) return [];
  if (key === '*') return Object.values(value).flatMap((child) => valuesAt(child, rest));
  return Object.hasOwn(value, key) ? valuesAt((value as Record<string, unknown>)[key], rest) : [];
}

function leafTexts(value: unknown): string[] {
  if (typeof value === 'string') return [value, ...fieldsOf(value)];
  if (typeof value === 'number') return [String(value)];
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(leafTexts);
  return [];
}

/** Of a secret that is JSON itself: a program that reads it prints what is in it. */
function fieldsOf(text: string): string[] {
  if (!/^\s*[[{]/.test(text)) return [];
  try {
    return leafTexts(JSON.parse(text)).filter((leaf) => leaf.length >= shortestPart);
  } catch {
    return [];
  }
}

function spellings(secret: string): string[] {
  const lines = secret.split(/\r?\n/).filter((line) => line.length >= shortestPart);
  return [secret, ...lines].flatMap((text) => {
    const inJson = JSON.stringify(text).slice(1, -1);
    return [text, inJson, asciiOnly(inJson), urlEncoded(text)];
  });
}

/** As Python and others write JSON. */
function asciiOnly(json: string): string {
  return json.replaceAll(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function urlEncoded(secret: string): string {
  return encodeURIComponent(secret.replaceAll(/\p{Surrogate}/gu, ''));
}
