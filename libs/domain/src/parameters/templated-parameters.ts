import type { ErrorDetail } from '../errors.js';
import { checkTemplate } from '../expression/check-template.js';
import { templateKeys, templatePaths } from '../expression/compile-template.js';
import { hasTemplate } from '../expression/map-strings.js';
import { isAtOrBelow, joinedPath, memberPath } from '../path.js';
import { forgedSecrets } from '../secret/secret-document.js';
import { isMap } from '../value-kind.js';
import { notDeclaredSecret, resolveParameters } from './parameters.js';
import { isSecretPath, secretPaths } from './secret-paths.js';

export interface TemplatedParameters {
  path?: string;
  namespaces: readonly string[];
  /** Schema of what templates read as `pack.config`. */
  confSchema?: unknown;
}

/** A key that templates name, and where. */
export interface NamedKey {
  readonly path: string;
  readonly ref: string;
}

/**
 * Checks parameters that hold templates, when a rule or a workflow is saved: the templates themselves, the values
 * written out, that secrets (`keys`, those of `pack.config`) go only into parameters declared secret, and that nothing
 * secret is written out: whoever may read the rule would read it, in its versions and in the audit trail too. What a
 * template will give is not known yet and is checked when it is rendered.
 */
export function checkTemplatedParameters(
  schema: unknown,
  values: unknown,
  { path = '', namespaces, confSchema }: TemplatedParameters,
): ErrorDetail[] {
  const problems = [...checkTemplate(values, { path, namespaces }), ...forgedSecrets(values, path)];
  if (problems.length > 0) return problems;
  const secrets = secretPaths(schema);
  const confSecrets = secretPaths(confSchema);
  const templated = templatedPaths(values, '');
  const leaks = templated.filter(
    ({ path, text }) => !isSecretPath(path, secrets) && readsSecret(text, confSecrets),
  );
  const { issues } = resolveParameters(schema, values);
  const known = issues.filter((issue) => !templated.some(({ path }) => isAtOrBelow(issue.path, path)));
  const written = writtenPaths(values, '').filter((at) => isSecretPath(at, secrets));
  const found = [...known, ...leaks.map(leakProblem), ...written.map(writtenProblem)];
  return found.map((issue) => ({ ...issue, path: joinedPath(path, issue.path) }));
}

/** The keys that parameters name in their templates, which `checkTemplatedParameters` found right. */
export function namedKeys(values: unknown, path = ''): NamedKey[] {
  return templatedPaths(values, path).flatMap(({ path: at, text }) =>
    templateKeys(text).map((ref) => ({ path: at, ref })),
  );
}

interface TemplatedPath {
  path: string;
  text: string;
}

function templatedPaths(value: unknown, path: string): TemplatedPath[] {
  if (hasTemplate(value)) return [{ path, text: value }];
  if (Array.isArray(value))
    return value.flatMap((item, index) => templatedPaths(item, memberPath(path, index)));
  if (!isMap(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => templatedPaths(item, memberPath(path, key)));
}

/** Everything that stands there as it is: no template, and not nothing. */
function writtenPaths(value: unknown, path: string): string[] {
  if (value === null || value === undefined || value === '' || hasTemplate(value)) return [];
  if (Array.isArray(value))
    return value.flatMap((item, index) => writtenPaths(item, memberPath(path, index)));
  if (!isMap(value)) return [path];
  return Object.entries(value).flatMap(([key, item]) => writtenPaths(item, memberPath(path, key)));
}

function readsSecret(text: string, confSecrets: readonly string[]): boolean {
  return templateKeys(text).length > 0 || templatePaths(text).some((path) => isConfSecret(path, confSecrets));
}

/** A secret of the configuration, what is in one, or what holds one. */
function isConfSecret([root, member, ...rest]: readonly string[], confSecrets: readonly string[]): boolean {
  if (root !== 'pack' || member !== 'config') return false;
  const path = rest.join('.');
  return isSecretPath(path, confSecrets) || confSecrets.some((secret) => isAtOrBelow(path, secret));
}

function leakProblem({ path }: TemplatedPath): ErrorDetail {
  return { path, message: notDeclaredSecret };
}

function writtenProblem(path: string): ErrorDetail {
  return {
    path,
    message: 'is secret, and would be shown to whoever may read this',
    hint: 'name a key, {{ keys.ops.token }}, or a secret of the pack, {{ pack.config.token }}',
  };
}
