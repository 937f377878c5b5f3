import type { ErrorDetail } from '../errors.js';
import { checkTemplate, hasTemplate, templateReads } from '../expression/template.js';
import { memberPath } from '../path.js';
import { aKindOf, isMap } from '../value-kind.js';
import type { JsonObject } from '../value-kind.js';
import { withDefaults } from './defaults.js';
import { flatProperties } from './json-schema.js';
import { isSecretPath, secretPaths } from './secret-paths.js';
import { issuesOf } from './validation-issue.js';
import { validatorOf } from './validator.js';

export interface ResolvedParameters {
  /** With defaults; to be used only when there are no issues. */
  values: Record<string, unknown>;
  issues: ErrorDetail[];
}

/**
 * Applies defaults, then validates without coercion. Parameters the schema does not name are kept.
 * No schema (null, undefined): anything goes. The values given are not changed.
 */
export function resolveParameters(schema: unknown, values: unknown, path = ''): ResolvedParameters {
  if (values !== undefined && values !== null && !isMap(values)) {
    return { values: {}, issues: [{ path, message: 'must be an object', hint: `found ${aKindOf(values)}` }] };
  }
  if (!isMap(schema)) return { values: { ...values }, issues: [] };
  const filled = withDefaults(schema, values ?? {});
  return { values: filled, issues: validationIssues(schema, filled, path) };
}

/** Names of the parameters a schema, flat or JSON Schema, declares. No schema: undefined, anything goes. */
export function parameterNames(schema: unknown): readonly string[] | undefined {
  return isMap(schema) ? Object.keys(flatProperties(schema)) : undefined;
}

/** What is wrong with the payload of an event. No schema: anything goes. */
export function checkPayload(schema: unknown, payload: unknown, path = ''): ErrorDetail[] {
  return isMap(schema) ? validationIssues(schema, payload, path) : [];
}

/**
 * Checks parameters that hold templates, when a rule or a workflow is saved: the templates themselves, the values
 * written out, that secrets (`keys`) go only into parameters declared secret, and that nothing secret is written out:
 * whoever may read the rule would read it, in its versions and in the audit trail too. What a template will give is not
 * known yet and is checked when it is rendered.
 */
export function checkTemplatedParameters(
  schema: unknown,
  values: unknown,
  { path = '', namespaces }: { path?: string; namespaces: readonly string[] },
): ErrorDetail[] {
  const problems = checkTemplate(values, { path, namespaces });
  if (problems.length > 0) return problems;
  const secrets = secretPaths(schema);
  const templated = templatedPaths(values, '');
  const leaks = templated.filter(({ path, text }) => readsKeys(text) && !isSecretPath(path, secrets));
  const { issues } = resolveParameters(schema, values);
  const known = issues.filter((issue) => !templated.some(({ path }) => isAtOrAbove(issue.path, path)));
  const written = writtenPaths(values, '').filter((at) => isSecretPath(at, secrets));
  const problemsFound = [...known, ...leaks.map(leakProblem), ...written.map(writtenProblem)];
  return problemsFound.map((issue) => ({ ...issue, path: joined(path, issue.path) }));
}

function validationIssues(schema: JsonObject, values: unknown, path: string): ErrorDetail[] {
  const validator = validatorOf(schema);
  if ('problem' in validator)
    return [{ path, message: `cannot be checked: the schema ${validator.problem}` }];
  const { validate } = validator;
  return validate(values) ? [] : issuesOf(validate.errors ?? [], values, path);
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

/** What is wrong with a value may be put right by a template in it. */
function isAtOrAbove(path: string, templated: string): boolean {
  const rest = templated.slice(path.length);
  return (
    templated.startsWith(path) && (path === '' || rest === '' || rest.startsWith('.') || rest.startsWith('['))
  );
}

function readsKeys(text: string): boolean {
  return templateReads(text).has('keys');
}

function leakProblem({ path }: TemplatedPath): ErrorDetail {
  return { path, message: 'a secret may go only into a parameter that is declared secret' };
}

function writtenProblem(path: string): ErrorDetail {
  return {
    path,
    message: 'is secret, and would be shown to whoever may read this',
    hint: 'take it from a secret of the pack: {{ pack.config.token }}',
  };
}

function joined(base: string, path: string): string {
  if (base === '' || path === '') return base + path;
  return path.startsWith('[') ? base + path : `${base}.${path}`;
}
