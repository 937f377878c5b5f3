import { randomBytes } from 'node:crypto';

/** A secret that can be told from everything else, wherever it turns up. */
export interface Canary {
  readonly name: string;
  readonly value: string;
}

export function newCanary(name: string): Canary {
  return { name, value: `canary-${name}-${randomBytes(12).toString('hex')}"é` };
}

/** Names of the canaries that the text holds, in whatever form a program may have written them. */
export function canariesIn(text: string, canaries: readonly Canary[]): string[] {
  return canaries
    .filter(({ value }) => formsOf(value).some((form) => text.includes(form)))
    .map(({ name }) => name);
}

function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  const escaped = JSON.stringify(value).slice(1, -1);
  return [
    value,
    escaped,
    JSON.stringify(escaped).slice(1, -1),
    // As Python writes JSON.
    escaped.replaceAll('é', '\\u00e9'),
    encodeURIComponent(value),
    bytes.toString('hex'),
    // Without the last letters: what follows in the same text changes them.
    bytes.toString('base64').replace(/=+$/, '').slice(0, -2),
    bytes.toString('base64url').slice(0, -2),
  ];
}
