import { isMap, setKey } from '../value-kind.js';
import type { JsonObject } from '../value-kind.js';
import { flatProperties } from './json-schema.js';

/**
 * The values with every default filled in that the schema gives for a parameter that is absent, within objects
 * that are there, too. Null is a value. What is filled in is a copy; the values given are not touched.
 */
export function withDefaults(schema: JsonObject, values: JsonObject): JsonObject {
  const filled: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) setKey(filled, name, value);
  for (const [name, parameter] of Object.entries(flatProperties(schema))) {
    if (!isMap(parameter)) continue;
    const value = Object.hasOwn(filled, name) ? filled[name] : undefined;
    if (value === undefined && parameter.default !== undefined) {
      setKey(filled, name, structuredClone(parameter.default));
    } else if (isMap(value) && isMap(parameter.properties)) {
      setKey(filled, name, withDefaults(parameter.properties, value));
    }
  }
  return filled;
}
