import { secretPaths } from '@attune/domain';

/** Lines of a longer secret (a private key) are hidden on their own from this length on. */
const shortestLine = 8;

/**
 * Every text that must not be seen in the output of a run: the values of parameters declared `secret`, whole and
 * in the spellings they usually come out in (inside JSON, inside a URL, line by line).
 */
export function secretTexts(schema: unknown, parameters: Readonly<Record<string, unknown>>): string[] {
  const values = secretPaths(schema).flatMap((path) => valuesAt(parameters, path.split('.')));
  const texts = values.flatMap(leafTexts).flatMap(spellings);
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
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(leafTexts);
  return [];
}

function spellings(secret: string): string[] {
  const lines = secret.split(/\r?\n/).filter((line) => line.length >= shortestLine);
  return [secret, JSON.stringify(secret).slice(1, -1), urlEncoded(secret), ...lines];
}

function urlEncoded(secret: string): string {
  return encodeURIComponent(secret.replaceAll(/\p{Surrogate}/gu, ''));
}
