import { encodingFunctions } from './encoding.functions.js';
import type { ExpressionFunction } from './expression-function.js';
import { listFunctions } from './list.functions.js';
import { textFunctions } from './text.functions.js';
import { timeFunctions } from './time.functions.js';
import { valueFunctions } from './value.functions.js';

/** Every function of the language that is not a macro. */
export const functions: ReadonlyMap<string, ExpressionFunction> = new Map(
  Object.entries({
    ...textFunctions,
    ...listFunctions,
    ...valueFunctions,
    ...timeFunctions,
    ...encodingFunctions,
  }),
);
