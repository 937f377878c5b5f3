import { distinctText } from '../distinct-text.js';
import { errorMessage, ValidationError } from '../errors.js';
import type { ErrorDetail } from '../errors.js';
import { compileExpression, evaluateExpression } from '../expression/expression.js';
import { memberPath } from '../path.js';
import { parseFieldPath, readField } from '../rule/field-path.js';
import { readSecrets, replaceSecrets } from '../secret/secret-document.js';

/** What makes up the groups that a policy counts apart. */
export interface Grouping {
  /** Paths within the parameters. */
  readonly parameters: readonly string[];
  /** Expression over `parameters`. */
  readonly key: string | null;
}

export const policyKeyNamespaces: readonly string[] = ['parameters'];

/** Throws nothing: every problem of the paths and of the expression, with its path. */
export function checkGrouping({ parameters, key }: Grouping): ErrorDetail[] {
  const paths = parameters.flatMap((path, index) =>
    parseFieldPath(path) === undefined
      ? [
          {
            path: memberPath('parameters', index),
            message: `${JSON.stringify(path)} is not a path of a parameter`,
          },
        ]
      : [],
  );
  return [...paths, ...(key === null ? [] : checkKey(key))];
}

/**
 * The group an execution with these parameters is counted in: '' where the policy counts all together, else the JSON of
 * the values. What is not there counts as null, and so does a secret, whose value is not known here; where the expression fails the error is the group, so that no
 * execution escapes a limit by parameters its key cannot read.
 */
export function groupKeyOf({ parameters, key }: Grouping, values: Record<string, unknown>): string {
  if (parameters.length === 0 && key === null) return '';
  const known = replaceSecrets(readSecrets(values), () => null);
  const parts = parameters.map((path) => readField(known, parseFieldPath(path) ?? []) ?? null);
  return distinctText(key === null ? parts : [...parts, keyValue(key, known)]);
}

function checkKey(key: string): ErrorDetail[] {
  try {
    compileExpression(key, { namespaces: policyKeyNamespaces });
    return [];
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    return error.details.map((detail) => ({ ...detail, path: 'key' }));
  }
}

function keyValue(key: string, values: Record<string, unknown>): unknown {
  try {
    const compiled = compileExpression(key, { namespaces: policyKeyNamespaces });
    return evaluateExpression(compiled, { parameters: values });
  } catch (error) {
    return { error: errorMessage(error) };
  }
}
