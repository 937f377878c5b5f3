import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv';
import { errorMessage } from '../errors.js';
import { linearRegex } from '../linear-regex.js';
import { LruCache } from '../lru-cache.js';
import type { JsonObject } from '../value-kind.js';
import { formats } from './formats.js';
import { toJsonSchema } from './json-schema.js';

/** A compiled schema, or why there is none. */
export type Validator = { validate: ValidateFunction } | { problem: string };

const MAX_SCHEMA_LENGTH = 262_144;

/** Words that describe a parameter and do not constrain it. */
const VOCABULARY = ['secret', 'position', 'immutable', 'label', 'example'];

/** Patterns of users run in linear time; nothing is coerced, filled in, loaded or logged. */
const ajv = new Ajv2020({
  allErrors: true,
  strict: false,
  strictSchema: true,
  allowUnionTypes: true,
  coerceTypes: false,
  useDefaults: false,
  logger: false,
  formats,
  code: { regExp: Object.assign(regExp, { code: 'linearRegex' }) },
});
ajv.addVocabulary(VOCABULARY);

const byIdentity = new WeakMap<JsonObject, Validator>();
const byText = new LruCache<string, Validator>(1000);

/** Cached by identity, and by content because a schema that is read again from its row is another object. */
export function validatorOf(schema: JsonObject): Validator {
  const known = byIdentity.get(schema);
  if (known) return known;
  const text = JSON.stringify(schema);
  const validator = byText.get(text) ?? compile(schema, text);
  byText.set(text, validator);
  byIdentity.set(schema, validator);
  return validator;
}

function compile(schema: JsonObject, text: string): Validator {
  if (text.length > MAX_SCHEMA_LENGTH) return { problem: `is larger than ${MAX_SCHEMA_LENGTH} characters` };
  const jsonSchema = toJsonSchema(schema);
  try {
    const validate = ajv.compile(jsonSchema);
    ajv.removeSchema(jsonSchema);
    return { validate };
  } catch (error) {
    return { problem: errorMessage(error).replace('strict mode: ', '') };
  }
}

function regExp(pattern: string): { test: (text: string) => boolean } {
  return linearRegex(pattern);
}
