import type { ErrorDetail } from '../errors.js';
import { memberPath } from '../path.js';
import { isMap } from '../value-kind.js';
import type { JsonObject } from '../value-kind.js';
import { isJsonSchema } from './json-schema.js';

const MAX_DEPTH = 20;
/** Keywords that hold values. */
const VALUES = ['default', 'const', 'enum', 'example', 'examples'];

/** Where a schema, which many may read, writes out the value of something it declares `secret`. */
export function writtenSecrets(schema: JsonObject, path: string): ErrorDetail[] {
  if (isJsonSchema(schema)) return inParameter(schema, path, { isSecret: false, depth: 0 });
  return inProperties(schema, path, { isSecret: false, depth: 0 });
}

interface Place {
  /** It, or what it lies in, is secret. */
  readonly isSecret: boolean;
  readonly depth: number;
}

function inProperties(properties: JsonObject, path: string, place: Place): ErrorDetail[] {
  return Object.entries(properties).flatMap(([name, parameter]) =>
    inParameter(parameter, memberPath(path, name), place),
  );
}

function inParameter(parameter: unknown, path: string, { isSecret: outer, depth }: Place): ErrorDetail[] {
  if (!isMap(parameter) || depth > MAX_DEPTH) return [];
  const isSecret = outer || parameter.secret === true;
  const place = { isSecret, depth: depth + 1 };
  const { properties, items } = parameter;
  return [
    ...(isSecret ? VALUES.filter((word) => isWritten(parameter[word])) : []).map((word) =>
      writtenProblem(memberPath(path, word)),
    ),
    ...(isMap(properties) ? inProperties(properties, memberPath(path, 'properties'), place) : []),
    ...inParameter(items, memberPath(path, 'items'), place),
  ];
}

function isWritten(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

function writtenProblem(path: string): ErrorDetail {
  return { path, message: 'writes out a secret: whoever may read the schema would read it' };
}
