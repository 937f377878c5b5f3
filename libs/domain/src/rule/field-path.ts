export type FieldPath = readonly (string | number)[];

const MAX_SEGMENTS = 50;
const SEGMENT = /(?:^|(?<=[^])\.)([^.[\]"]+)|\[(?:(-?\d+)|"((?:[^"\\]|\\.)*)")\]/y;

/**
 * `items.0.name`, `items[0].name`, `labels["app.kubernetes.io/name"]`: a path within a payload.
 * Undefined when it is none.
 */
export function parseFieldPath(text: string): FieldPath | undefined {
  const segments: (string | number)[] = [];
  SEGMENT.lastIndex = 0;
  while (SEGMENT.lastIndex < text.length) {
    const found = SEGMENT.exec(text);
    if (!found || segments.length === MAX_SEGMENTS) return undefined;
    const [, name, index, quoted] = found;
    if (name !== undefined) segments.push(name);
    else segments.push(index === undefined ? (quoted ?? '').replaceAll(/\\(.)/g, '$1') : Number(index));
  }
  return segments.length === 0 ? undefined : segments;
}

/** The value there; undefined when a part of the way is missing. Own fields only; negative indexes count from the end. */
export function readField(value: unknown, path: FieldPath): unknown {
  let current = value;
  for (const segment of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = Array.isArray(current) ? element(current, segment) : own(current, String(segment));
  }
  return current;
}

function element(list: readonly unknown[], segment: string | number): unknown {
  const index = Number(segment);
  return Number.isInteger(index) && segment !== '' ? list.at(index) : undefined;
}

function own(map: object, key: string): unknown {
  return Object.hasOwn(map, key) ? (map as Record<string, unknown>)[key] : undefined;
}
