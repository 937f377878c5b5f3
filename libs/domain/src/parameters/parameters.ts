import type { ErrorDetail } from '../errors.js';

export interface ResolvedParameters {
  values: Record<string, unknown>;
  issues: ErrorDetail[];
}

export function checkParameterSchema(schema: unknown, path = ''): ErrorDetail[] {
  void schema;
  void path;
  throw new Error('not built yet');
}

/** Applies defaults, then validates without coercion. Unknown parameters are kept. No schema: anything goes. */
export function resolveParameters(schema: unknown, values: unknown, path = ''): ResolvedParameters {
  void schema;
  void values;
  void path;
  throw new Error('not built yet');
}

export function checkPayload(schema: unknown, payload: unknown, path = ''): ErrorDetail[] {
  void schema;
  void payload;
  void path;
  throw new Error('not built yet');
}

/** Paths of everything declared `secret`, `*` for the elements of a list: `auth.tokens.*.value`. */
export function secretPaths(schema: unknown): readonly string[] {
  void schema;
  throw new Error('not built yet');
}
