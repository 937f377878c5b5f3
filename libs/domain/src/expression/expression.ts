import { compileProgram, frameFor } from './compile.js';
import type { CompiledExpression, CompileOptions, Program } from './compile.js';
import { orExpressionError } from './failure.js';
import { jsonValue } from './json-value.js';

export type { CompiledExpression, CompileOptions };

/**
 * Throws ValidationError; details are `line 1, column 5: …` with a hint where one is known. Cached by text.
 * @public
 */
export function compileExpression(text: string, options: CompileOptions = {}): CompiledExpression {
  return compileProgram(text, options);
}

/**
 * Throws ExpressionError naming the path. The result is a JSON value; times and durations come back as text.
 * @public
 */
export function evaluateExpression(compiled: CompiledExpression, context: Record<string, unknown>): unknown {
  const program = compiled as Program;
  return orExpressionError(program.text, () => {
    const frame = frameFor(program, context);
    return jsonValue(program.evaluate(frame), frame);
  });
}
