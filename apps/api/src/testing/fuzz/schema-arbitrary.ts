import fc from 'fast-check';
import type { Schema, ServedDocument } from './served-document.js';

/** Values for a field that has a meaning, by its name; undefined leaves the field to its schema. */
export type Hints = (field: string, schema: Schema) => fc.Arbitrary<unknown> | undefined;

export interface Making {
  readonly document: ServedDocument;
  readonly hints: Hints;
}

const deepest = 5;
const longestText = 40;

/** Values that satisfy a JSON schema, as far as the keywords the contract uses go. */
export function valuesOf(schema: Schema, making: Making, depth = 0): fc.Arbitrary<unknown> {
  const resolved = making.document.resolve(schema);
  if (resolved['const'] !== undefined) return fc.constant(resolved['const']);
  if (Array.isArray(resolved['enum'])) return fc.constantFrom(...(resolved['enum'] as unknown[]));
  const options = (resolved['anyOf'] ?? resolved['oneOf']) as Schema[] | undefined;
  if (options !== undefined) return fc.oneof(...options.map((option) => valuesOf(option, making, depth)));
  const type = resolved['type'];
  if (Array.isArray(type)) {
    return fc.oneof(...type.map((each: unknown) => valuesOf({ ...resolved, type: each }, making, depth)));
  }
  switch (type) {
    case 'object':
      return objects(resolved, making, depth);
    case 'array':
      return lists(resolved, making, depth);
    case 'string':
      return texts(resolved);
    case 'integer':
      return integers(resolved);
    case 'number':
      return numbers(resolved);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function objects(schema: Schema, making: Making, depth: number): fc.Arbitrary<unknown> {
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, Schema>);
  const required = (schema['required'] ?? []) as string[];
  if (properties.length === 0) return records(schema, making, depth);
  const fields = properties
    .filter(([name]) => depth < deepest || required.includes(name))
    .map(([name, field]) => [name, making.hints(name, field) ?? valuesOf(field, making, depth + 1)] as const);
  const model = Object.fromEntries(fields) as Record<string, fc.Arbitrary<unknown>>;
  return fc.record(model, { requiredKeys: required.filter((name) => name in model) });
}

function records(schema: Schema, making: Making, depth: number): fc.Arbitrary<unknown> {
  const values = schema['additionalProperties'];
  const value =
    typeof values === 'object' && values !== null && depth < deepest
      ? valuesOf(values as Schema, making, depth + 1)
      : fc.jsonValue({ maxDepth: 1 });
  return fc.dictionary(fc.stringMatching(/^[a-z_]{1,8}$/), value, { maxKeys: 3 });
}

function lists(schema: Schema, making: Making, depth: number): fc.Arbitrary<unknown> {
  const least = (schema['minItems'] as number | undefined) ?? 0;
  const most = Math.min((schema['maxItems'] as number | undefined) ?? 3, least + 3);
  return fc.array(valuesOf((schema['items'] ?? {}) as Schema, making, depth + 1), {
    minLength: least,
    maxLength: most,
  });
}

function texts(schema: Schema): fc.Arbitrary<string> {
  if (schema['format'] === 'date-time') return instants;
  if (schema['format'] === 'uuid') return fc.uuid();
  if (schema['format'] === 'uri') return fc.constantFrom('http://127.0.0.1:1/x', 'https://example.invalid/');
  const pattern = schema['pattern'];
  const least = (schema['minLength'] as number | undefined) ?? 0;
  const most = Math.min((schema['maxLength'] as number | undefined) ?? longestText, least + longestText);
  if (typeof pattern === 'string') return matching(pattern, most);
  return fc.string({ minLength: least, maxLength: most, unit: 'binary' });
}

const instants = fc
  .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());

/** fast-check writes most regular expressions backwards; where it cannot, any text has to do. */
function matching(pattern: string, most: number): fc.Arbitrary<string> {
  try {
    return fc.stringMatching(new RegExp(pattern, 'u'), { maxLength: most });
  } catch {
    return fc.string({ maxLength: most });
  }
}

function integers(schema: Schema): fc.Arbitrary<number> {
  const min = Math.max((schema['minimum'] as number | undefined) ?? -2, Number.MIN_SAFE_INTEGER);
  const above = schema['exclusiveMinimum'] as number | undefined;
  const least = above === undefined ? min : Math.max(min, above + 1);
  const max = Math.min(
    (schema['maximum'] as number | undefined) ?? Number.MAX_SAFE_INTEGER,
    Number.MAX_SAFE_INTEGER,
  );
  return fc.oneof(
    { arbitrary: fc.integer({ min: least, max: Math.min(max, Math.max(least, 0) + 50) }), weight: 4 },
    { arbitrary: fc.integer({ min: least, max }), weight: 1 },
  );
}

function numbers(schema: Schema): fc.Arbitrary<number> {
  const least = (schema['minimum'] ?? schema['exclusiveMinimum'] ?? -100) as number;
  const most = (schema['maximum'] as number | undefined) ?? least + 1000;
  return fc.double({
    min: least,
    max: most,
    noNaN: true,
    minExcluded: schema['exclusiveMinimum'] !== undefined,
  });
}
