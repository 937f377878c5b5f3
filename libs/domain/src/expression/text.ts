import { Duration } from '../duration.js';
import { aKindOf } from '../value-kind.js';
import { Failure } from './failure.js';
import { limitedString } from './frame.js';
import type { Frame } from './frame.js';
import { jsonValue } from './json-value.js';

/** A value as it stands in a text: null is nothing, lists and maps are JSON, times are ISO 8601. */
export function asText(value: unknown, frame: Frame): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'boolean':
      return String(value);
    case 'undefined':
      return '';
    case 'object':
      return objectText(value, frame);
    default:
      throw new Failure('value', '', `${aKindOf(value)} cannot be written as text`);
  }
}

function objectText(value: object | null, frame: Frame): string {
  if (value === null) return '';
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Duration) return value.toString();
  return limitedString(JSON.stringify(jsonValue(value, frame)));
}
