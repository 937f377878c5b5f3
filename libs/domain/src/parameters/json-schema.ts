import { isMap, setKey } from '../value-kind.js';
import type { JsonObject } from '../value-kind.js';

/** What a flat parameter may say beside JSON Schema's own keywords; removed before validation. */
const ANNOTATIONS = new Set(['secret', 'position', 'immutable', 'label', 'example', 'required']);
const COMBINERS = ['$ref', 'allOf', 'anyOf', 'oneOf'];

/**
 * Whether a schema is JSON Schema itself, and not flat (parameter name to its description): in a flat one every
 * value is an object, even for parameters called `type` or `properties`.
 */
export function isJsonSchema(schema: JsonObject): boolean {
  if (typeof schema.type === 'string' || typeof schema.$schema === 'string') return true;
  return COMBINERS.some((key) => Array.isArray(schema[key]) || typeof schema[key] === 'string');
}

/** The JSON Schema of an object with these parameters. Parameters that are not named are allowed. */
export function toJsonSchema(schema: JsonObject): JsonObject {
  if (!isJsonSchema(schema)) return flatObject({ type: 'object' }, schema);
  const { $schema: _dialect, $id: _id, ...rest } = schema;
  return rest;
}

/** Properties as a flat schema has them; `required` there is a word of the parameter itself. */
export function flatProperties(schema: JsonObject): JsonObject {
  if (!isJsonSchema(schema)) return schema;
  return isMap(schema.properties) ? schema.properties : {};
}

function flatObject(base: JsonObject, parameters: JsonObject): JsonObject {
  const properties: Record<string, unknown> = {};
  const required = Array.isArray(base.required) ? [...(base.required as unknown[])] : [];
  for (const [name, parameter] of Object.entries(parameters)) {
    setKey(properties, name, isMap(parameter) ? flatParameter(parameter) : parameter);
    if (isMap(parameter) && parameter.required === true) required.push(name);
  }
  return { ...base, properties, ...(required.length > 0 ? { required } : {}) };
}

function flatParameter(parameter: JsonObject): JsonObject {
  const kept = Object.entries(parameter).filter(
    ([key, value]) => !ANNOTATIONS.has(key) || (key === 'required' && Array.isArray(value)),
  );
  const copy: Record<string, unknown> = Object.fromEntries(kept);
  if (isMap(copy.items)) copy.items = flatParameter(copy.items);
  return isMap(copy.properties) ? flatObject(copy, copy.properties) : copy;
}
