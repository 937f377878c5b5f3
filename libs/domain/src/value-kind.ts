import { Duration } from './duration.js';

export type JsonObject = Readonly<Record<string, unknown>>;

export type ValueKind =
  'null' | 'boolean' | 'number' | 'string' | 'list' | 'map' | 'timestamp' | 'duration' | 'unsupported';

/** What expressions and people call the type of a value. */
export function kindOf(value: unknown): ValueKind {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value as ValueKind;
    case 'undefined':
      return 'null';
    case 'object':
      return kindOfObject(value);
    default:
      return 'unsupported';
  }
}

/** `a string`, `null`, `a list`: for sentences. */
export function aKindOf(value: unknown): string {
  const kind = kindOf(value);
  if (kind === 'null') return 'null';
  return kind === 'unsupported' ? 'an unsupported value' : `a ${kind}`;
}

/** A JSON object: no list, no Date, nothing with a class of its own. */
export function isMap(value: unknown): value is JsonObject {
  return kindOf(value) === 'map';
}

/** Sets a key whatever its name: `__proto__` becomes an ordinary one, as JSON.parse has it. */
export function setKey(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
  } else {
    target[key] = value;
  }
}

function kindOfObject(value: object | null): ValueKind {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  if (value instanceof Date) return 'timestamp';
  if (value instanceof Duration) return 'duration';
  const prototype = Object.getPrototypeOf(value) as object | null;
  const plain = prototype === null || Object.getPrototypeOf(prototype) === null;
  return plain ? 'map' : 'unsupported';
}
