import type { ErrorDetail } from '../errors.js';

/** Throws ExpressionError. Values without a template are returned as they are, shared, not copied. */
export function renderTemplate(value: unknown, context: Record<string, unknown>): unknown {
  void value;
  void context;
  throw new Error('not built yet');
}

export function checkTemplate(
  value: unknown,
  options: { path?: string; namespaces?: readonly string[] },
): ErrorDetail[] {
  void value;
  void options;
  throw new Error('not built yet');
}
