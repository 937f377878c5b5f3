export interface CompileOptions {
  /**
   * Names an expression may start from. Absent: any. `'pack.config'` allows `pack` with that member only;
   * `'now()'` allows a function that the context provides under exactly that name.
   */
  namespaces?: readonly string[];
}

/** An expression that parsed and checked; opaque, immutable, shared by everybody who compiled the same text. */
export interface CompiledExpression {
  readonly text: string;
}

/** Throws ValidationError; details are `line 1, column 5: …` with a hint where one is known. Cached by text. */
export function compileExpression(text: string, options?: CompileOptions): CompiledExpression {
  void options;
  return { text };
}

/** Throws ExpressionError naming the path. The result is a JSON value; times and durations come back as text. */
export function evaluateExpression(compiled: CompiledExpression, context: Record<string, unknown>): unknown {
  void compiled;
  void context;
  throw new Error('not built yet');
}
