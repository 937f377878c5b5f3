const snakeKeys = new Map<string, string>();
const camelKeys = new Map<string, string>();

/** The same value with every key in snake_case, as JSON on the wire has it. Values are untouched. */
export function toSnakeKeys(value: unknown): unknown {
  return mapKeys(value, snakeKey);
}

/** The inverse, for code. */
export function toCamelKeys(value: unknown): unknown {
  return mapKeys(value, camelKey);
}

function mapKeys(value: unknown, rename: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => mapKeys(item, rename));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [rename(key), mapKeys(item, rename)]));
}

function snakeKey(key: string): string {
  return remembered(snakeKeys, key, () => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
}

function camelKey(key: string): string {
  return remembered(camelKeys, key, () =>
    key.replace(/_([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase()),
  );
}

/** Contracts have few keys; a sender of random keys must not fill memory. */
function remembered(known: Map<string, string>, key: string, rename: () => string): string {
  const before = known.get(key);
  if (before !== undefined) return before;
  const renamed = rename();
  if (known.size < 1_000) known.set(key, renamed);
  return renamed;
}
