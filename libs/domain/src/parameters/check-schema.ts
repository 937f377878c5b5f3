import type { ErrorDetail } from '../errors.js';
import { patternProblem } from '../linear-regex.js';
import { didYouMean } from '../nearest.js';
import { memberPath } from '../path.js';
import { aKindOf, isMap } from '../value-kind.js';
import type { JsonObject } from '../value-kind.js';
import { formats } from './formats.js';
import { isJsonSchema } from './json-schema.js';
import { issuesOf } from './validation-issue.js';
import { validatorOf } from './validator.js';
import { writtenSecrets } from './written-secrets.js';

const MAX_DEPTH = 20;
const MAX_NAME_LENGTH = 128;

const parameterTypes = ['string', 'integer', 'number', 'boolean', 'array', 'object', 'null'] as const;

const BOOLEANS = ['secret', 'immutable', 'uniqueItems', 'deprecated'];
const NUMBERS = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'position'];
const SIZES = ['minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'];
const TEXTS = ['description', 'title', 'label', 'pattern', 'format', '$comment'];
const OTHERS = [
  'type',
  'required',
  'default',
  'enum',
  'const',
  'items',
  'properties',
  'additionalProperties',
  'example',
  'examples',
  'anyOf',
  'oneOf',
  'allOf',
  'not',
];
const KNOWN_WORDS = [...BOOLEANS, ...NUMBERS, ...SIZES, ...TEXTS, ...OTHERS];

const special: Readonly<Record<string, (value: unknown) => string | undefined>> = {
  type: (value) => (typesOf(value).every(isType) ? undefined : `must be one of ${parameterTypes.join(', ')}`),
  required: (value) =>
    typeof value === 'boolean' || Array.isArray(value) ? undefined : 'must be true or false',
  enum: (value) => (Array.isArray(value) && value.length > 0 ? undefined : 'must be a list of values'),
  properties: (value) => (isMap(value) ? undefined : 'must be an object: name to parameter'),
};

/** What is wrong with a parameter schema, flat or JSON Schema, defaults and what is said of secrets included. */
export function checkParameterSchema(schema: unknown, path = ''): ErrorDetail[] {
  if (schema === null || schema === undefined) return [];
  if (!isMap(schema)) return [{ path, message: 'must be an object', hint: `found ${aKindOf(schema)}` }];
  if (isJsonSchema(schema)) return checkCompiled(schema, path);
  const problems = Object.entries(schema).flatMap(([name, parameter]) =>
    checkParameter(parameter, { path: memberPath(path, name), name, depth: 0 }),
  );
  return problems.length > 0 ? problems : checkCompiled(schema, path);
}

interface Place {
  path: string;
  name: string;
  depth: number;
}

function checkParameter(parameter: unknown, place: Place): ErrorDetail[] {
  const { path, name } = place;
  if (!isMap(parameter)) {
    return [
      {
        path,
        message: `must describe the parameter, as in {type: string}`,
        hint: `found ${aKindOf(parameter)}`,
      },
    ];
  }
  if (name === '' || name.length > MAX_NAME_LENGTH) {
    return [{ path, message: `a parameter's name has 1 to ${MAX_NAME_LENGTH} characters` }];
  }
  if (place.depth > MAX_DEPTH) return [{ path, message: `is nested more than ${MAX_DEPTH} levels deep` }];
  const own = Object.entries(parameter).flatMap(([word, value]) => checkWord(word, value, path));
  return [...own, ...checkNested(parameter, place)];
}

function checkNested(parameter: JsonObject, { path, depth }: Place): ErrorDetail[] {
  const problems: ErrorDetail[] = [];
  if (isMap(parameter.properties)) {
    for (const [name, nested] of Object.entries(parameter.properties)) {
      const at = memberPath(memberPath(path, 'properties'), name);
      problems.push(...checkParameter(nested, { path: at, name, depth: depth + 1 }));
    }
  }
  if (isMap(parameter.items)) {
    const place = { path: memberPath(path, 'items'), name: 'items', depth: depth + 1 };
    problems.push(...checkParameter(parameter.items, place));
  }
  return problems;
}

function checkWord(word: string, value: unknown, path: string): ErrorDetail[] {
  const message = wordProblem(word, value);
  if (message === undefined) return [];
  const known = KNOWN_WORDS.includes(word);
  const hint = known ? valueHint(word, value) : didYouMean(word, KNOWN_WORDS);
  const detail = { path: memberPath(path, word), message };
  return [hint === undefined ? detail : { ...detail, hint }];
}

function wordProblem(word: string, value: unknown): string | undefined {
  if (!KNOWN_WORDS.includes(word)) return `unknown keyword '${word}'`;
  if (BOOLEANS.includes(word)) return typeof value === 'boolean' ? undefined : 'must be true or false';
  if (NUMBERS.includes(word)) return Number.isFinite(value) ? undefined : 'must be a number';
  if (SIZES.includes(word)) return Number.isSafeInteger(value) ? undefined : 'must be a whole number';
  if (TEXTS.includes(word)) return textProblem(word, value);
  return Object.hasOwn(special, word) ? special[word]!(value) : undefined;
}

function textProblem(word: string, value: unknown): string | undefined {
  if (typeof value !== 'string') return 'must be a string';
  if (word === 'pattern') return patternProblem(value);
  return word === 'format' && !Object.hasOwn(formats, value) ? `unknown format '${value}'` : undefined;
}

function valueHint(word: string, value: unknown): string | undefined {
  if (typeof value !== 'string') return `found ${aKindOf(value)}`;
  if (word === 'type') return didYouMean(value, parameterTypes);
  return word === 'format' ? didYouMean(value, Object.keys(formats)) : undefined;
}

function typesOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) && value.length > 0 ? value : [value];
}

function isType(value: unknown): boolean {
  return (parameterTypes as readonly unknown[]).includes(value);
}

function checkCompiled(schema: JsonObject, path: string): ErrorDetail[] {
  const validator = validatorOf(schema);
  if ('problem' in validator) return [{ path, message: validator.problem }];
  return [...checkDefaults(schema, path), ...writtenSecrets(schema, path)];
}

/** A default that its own parameter refuses would fail every run that relies on it. */
function checkDefaults(schema: JsonObject, path: string): ErrorDetail[] {
  const isWhole = isJsonSchema(schema);
  const properties = isWhole ? schema.properties : schema;
  const base = isWhole ? memberPath(path, 'properties') : path;
  if (!isMap(properties)) return [];
  return Object.entries(properties).flatMap(([name, parameter]) => {
    if (!isMap(parameter) || parameter.default === undefined) return [];
    const at = memberPath(memberPath(base, name), 'default');
    return defaultIssues({ value: { ...parameter, required: false } }, parameter.default, at);
  });
}

function defaultIssues(schema: JsonObject, value: unknown, path: string): ErrorDetail[] {
  const validator = validatorOf(schema);
  if ('problem' in validator || validator.validate({ value })) return [];
  return issuesOf(validator.validate.errors ?? [], { value }, '').map((issue) => ({
    ...issue,
    path: path + issue.path.replace(/^value/, ''),
  }));
}
