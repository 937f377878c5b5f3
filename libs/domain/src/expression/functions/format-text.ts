import type { Frame } from '../frame.js';
import { jsonValue } from '../json-value.js';
import { asText } from '../text.js';
import { kindOf } from '../../value-kind.js';
import { functionError } from './expression-function.js';

const DIRECTIVE = /%(?:\.(\d{1,2}))?([a-zA-Z%])/g;

type Directive = (value: unknown, frame: Frame, precision: number | undefined) => string;

const directives: Readonly<Record<string, Directive>> = {
  s: (value, frame) => asText(value, frame),
  j: (value, frame) => JSON.stringify(jsonValue(value, frame)),
  d: (value) => String(Math.trunc(numberFor('%d', value))),
  f: (value, _frame, precision = 6) => numberFor('%f', value).toFixed(precision),
  e: (value, _frame, precision = 6) => numberFor('%e', value).toExponential(precision),
  x: (value) => Math.trunc(numberFor('%x', value)).toString(16),
  X: (value) => Math.trunc(numberFor('%X', value)).toString(16).toUpperCase(),
  o: (value) => Math.trunc(numberFor('%o', value)).toString(8),
  b: (value) => Math.trunc(numberFor('%b', value)).toString(2),
};

/** `%s %j %d %f %.2f %e %x %X %o %b %%`; values as arguments, or one list of them as in CEL. */
export function formatText(template: string, values: readonly unknown[], frame: Frame): string {
  const given: readonly unknown[] = values.length === 1 && Array.isArray(values[0]) ? values[0] : values;
  let used = 0;
  const text = template.replace(DIRECTIVE, (whole, precision: string | undefined, letter: string) => {
    if (letter === '%') return '%';
    const directive = Object.hasOwn(directives, letter) ? directives[letter] : undefined;
    if (!directive)
      throw functionError(`unknown directive ${whole}; there are %s %j %d %f %e %x %X %o %b %%`);
    if (used >= given.length) throw functionError(`${whole} has no value: ${given.length} given`);
    return directive(given[used++], frame, precision === undefined ? undefined : Number(precision));
  });
  if (used < given.length) throw functionError(`${given.length} values for ${used} directives`);
  return text;
}

function numberFor(directive: string, value: unknown): number {
  if (typeof value === 'number') return value;
  throw functionError(`${directive} needs a number, not a ${kindOf(value)}`);
}
