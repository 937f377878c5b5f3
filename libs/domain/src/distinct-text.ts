import { sha256 } from './sha256.js';
import { isMap } from './value-kind.js';

/** Characters; a longer text is told apart by its hash. */
const longest = 500;

/** The same text for equal JSON values, whatever the order of their keys, and another for others. */
export function distinctText(value: unknown): string {
  const text = JSON.stringify(value, (_, member: unknown) =>
    isMap(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
  return text.length > longest ? `sha256:${sha256(text)}` : text;
}
