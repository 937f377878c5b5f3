import type { ErrorDetail } from '../errors.js';
import { isAtOrBelow, joinedPath } from '../path.js';
import { findSecrets } from '../secret/secret-document.js';
import { aKindOf, isMap } from '../value-kind.js';
import type { JsonObject } from '../value-kind.js';
import { withDefaults } from './defaults.js';
import { flatProperties } from './json-schema.js';
import { isSecretPath, secretPaths } from './secret-paths.js';
import { issuesOf } from './validation-issue.js';
import { validatorOf } from './validator.js';

/** What is wrong with a secret that goes elsewhere. */
export const notDeclaredSecret = 'a secret may go only into a parameter that is declared secret';

export interface ResolvedParameters {
  /** With defaults; to be used only when there are no issues. */
  values: Record<string, unknown>;
  issues: ErrorDetail[];
}

/**
 * Applies defaults, then validates without coercion. Parameters the schema does not name are kept. A SecretValue is
 * taken for what it is not known to be, and belongs where the schema declares a `secret` alone. No schema (null,
 * undefined): anything else goes. The values given are not changed.
 */
export function resolveParameters(schema: unknown, values: unknown, path = ''): ResolvedParameters {
  if (values !== undefined && values !== null && !isMap(values)) {
    return { values: {}, issues: [{ path, message: 'must be an object', hint: `found ${aKindOf(values)}` }] };
  }
  const filled = isMap(schema) ? withDefaults(schema, values ?? {}) : { ...values };
  const sealed = findSecrets(filled, path);
  const found = isMap(schema) ? validationIssues(schema, filled, path) : [];
  const known = found.filter((issue) => !sealed.some((secret) => isAtOrBelow(secret.path, issue.path)));
  return { values: filled, issues: [...known, ...misplacedSecrets(schema, filled, path)] };
}

/** Names of the parameters a schema, flat or JSON Schema, declares. No schema: undefined, anything goes. */
export function parameterNames(schema: unknown): readonly string[] | undefined {
  return isMap(schema) ? Object.keys(flatProperties(schema)) : undefined;
}

/** What is wrong with the payload of an event. No schema: anything goes. */
export function checkPayload(schema: unknown, payload: unknown, path = ''): ErrorDetail[] {
  return isMap(schema) ? validationIssues(schema, payload, path) : [];
}

function validationIssues(schema: JsonObject, values: unknown, path: string): ErrorDetail[] {
  const validator = validatorOf(schema);
  if ('problem' in validator)
    return [{ path, message: `cannot be checked: the schema ${validator.problem}` }];
  const { validate } = validator;
  return validate(values) ? [] : issuesOf(validate.errors ?? [], values, path);
}

function misplacedSecrets(schema: unknown, values: unknown, path: string): ErrorDetail[] {
  const declared = secretPaths(schema);
  return findSecrets(values)
    .filter((secret) => !isSecretPath(secret.path, declared))
    .map((secret) => ({ path: joinedPath(path, secret.path), message: notDeclaredSecret }));
}
