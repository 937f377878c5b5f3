import { isMap, setKey } from '../value-kind.js';
import type { JsonObject } from '../value-kind.js';
import { flatProperties } from './json-schema.js';

const MAX_DEPTH = 20;

/**
 * Paths of everything a schema, flat or JSON Schema, declares `secret`; `*` stands for every element of a list:
 * `auth.tokens.*.value`. What lies below a secret is secret with it.
 */
export function secretPaths(schema: unknown): readonly string[] {
  return isMap(schema) ? secretsIn(flatProperties(schema), '', 0) : [];
}

/** Whether a path as issues and templates have it (`auth.tokens[0].value`) lies at or below one of `secrets`. */
export function isSecretPath(path: string, secrets: readonly string[]): boolean {
  const segments = path.replaceAll(/\[\d+\]/g, '.*').split('.');
  return secrets.some((secret) => secret.split('.').every((segment, index) => segment === segments[index]));
}

/**
 * The values with `change` of everything the schema declares `secret`, where it is given: null and a whole object are
 * values. What does not change is shared.
 */
export function changeSecrets(
  schema: unknown,
  values: Record<string, unknown>,
  change: (value: unknown) => unknown,
): Record<string, unknown> {
  const paths = secretPaths(schema).map((path) => path.split('.'));
  return paths.reduce((changed, path) => changeAt(changed, path, change) as Record<string, unknown>, values);
}

/** Paths of the secrets that have a value. */
export function secretsSet(schema: unknown, values: Record<string, unknown>): string[] {
  return secretPaths(schema).filter((path) => {
    let isSet = false;
    changeAt(values, path.split('.'), (value) => {
      isSet ||= value !== null && value !== undefined;
      return value;
    });
    return isSet;
  });
}

function changeAt(
  value: unknown,
  [step, ...rest]: readonly string[],
  change: (value: unknown) => unknown,
): unknown {
  if (step === undefined) return change(value);
  if (Array.isArray(value)) {
    return step === '*' ? value.map((item) => changeAt(item, rest, change)) : value;
  }
  if (!isMap(value)) return value;
  const names = step === '*' ? Object.keys(value) : [step].filter((name) => Object.hasOwn(value, name));
  const copy: Record<string, unknown> = Object.fromEntries(Object.entries(value));
  for (const name of names) setKey(copy, name, changeAt(value[name], rest, change));
  return copy;
}

function secretsIn(properties: JsonObject, path: string, depth: number): string[] {
  return Object.entries(properties).flatMap(([name, parameter]) =>
    isMap(parameter) ? secretsOf(parameter, path === '' ? name : `${path}.${name}`, depth) : [],
  );
}

function secretsOf(parameter: JsonObject, path: string, depth: number): string[] {
  if (parameter.secret === true) return [path];
  if (depth > MAX_DEPTH) return [];
  const inProperties = isMap(parameter.properties) ? secretsIn(parameter.properties, path, depth + 1) : [];
  const inItems = isMap(parameter.items) ? secretsOf(parameter.items, `${path}.*`, depth + 1) : [];
  return [...inProperties, ...inItems];
}
