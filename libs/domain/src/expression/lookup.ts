import { didYouMean } from '../nearest.js';
import { SecretValue } from '../secret/secret-value.js';
import { aKindOf, isMap } from '../value-kind.js';
import { Failure } from './failure.js';

const LISTED_KEYS = 12;

/** The value at a key of a map or an index of a list (negative ones count from the end); undefined when absent. */
export function lookup(container: unknown, key: unknown): unknown {
  if (typeof container !== 'object' || container === null) return undefined;
  if (Array.isArray(container)) return element(container, key);
  const name = typeof key === 'number' ? String(key) : key;
  if (typeof name !== 'string' || !isReadable(container) || !Object.hasOwn(container, name)) return undefined;
  return (container as Record<string, unknown>)[name];
}

/** For `path`, the text of the whole access, when `container` (the value of `base`) has no such key. */
export function missingValue(path: string, base: string, container: unknown, key: unknown): Failure {
  return new Failure('missing', path, 'is missing', () => whatIsThere(base, container, key));
}

function element(list: readonly unknown[], key: unknown): unknown {
  return typeof key === 'number' && Number.isInteger(key) ? list.at(key) : undefined;
}

/** Times and durations have no fields; everything else that is an object is a map. */
function isReadable(container: object): boolean {
  return !(container instanceof Date || container instanceof SecretValue);
}

function whatIsThere(base: string, container: unknown, key: unknown): string {
  if (Array.isArray(container)) {
    const size = `${base} is a list of ${container.length}`;
    return typeof key === 'number' ? size : `${size}; take an element as in ${base}[0]`;
  }
  if (!isMap(container)) return `${base} is ${aKindOf(container)}`;
  const keys = Object.keys(container);
  if (keys.length === 0) return `${base} is empty`;
  const shown = keys.slice(0, LISTED_KEYS).join(', ');
  const more = keys.length > LISTED_KEYS ? ` and ${keys.length - LISTED_KEYS} more` : '';
  const guess = typeof key === 'string' ? didYouMean(key, keys) : undefined;
  return `${base} has ${shown}${more}${guess === undefined ? '' : `; ${guess}`}`;
}
