import { PatternError, linearRegex } from '../../linear-regex.js';
import { aKindOf } from '../../value-kind.js';
import { asText } from '../text.js';
import { charge, limitStringLength, limitedList, limitedString } from '../frame.js';
import type { Frame } from '../frame.js';
import { formatText } from './format-text.js';
import { fn, functionError, variadic } from './expression-function.js';
import type { FunctionTable } from './expression-function.js';

const startsWith = fn(['string', 'string'], (_frame, text, start) => text.startsWith(start));
const endsWith = fn(['string', 'string'], (_frame, text, end) => text.endsWith(end));
const lower = fn(['string'], (_frame, text) => text.toLowerCase());
const upper = fn(['string'], (_frame, text) => text.toUpperCase());
const matches = fn(['string', 'string'], (frame, text, pattern) => regex(frame, text, pattern).test(text));
const indexOf = fn(['string', 'string', 'integer?'], (_frame, text, part, from) => text.indexOf(part, from));
const lastIndexOf = fn(['string', 'string'], (_frame, text, part) => text.lastIndexOf(part));

export const textFunctions: FunctionTable = {
  lower,
  lowerAscii: lower,
  upper,
  upperAscii: upper,
  trim: fn(['string'], (_frame, text) => text.trim()),
  split: fn(['string', 'string?', 'integer?'], split),
  join: fn(['list', 'string?'], join),
  replace: fn(['string', 'string', 'string'], replace),
  starts_with: startsWith,
  startsWith,
  ends_with: endsWith,
  endsWith,
  index_of: indexOf,
  indexOf,
  last_index_of: lastIndexOf,
  lastIndexOf,
  substring: fn(['string', 'integer', 'integer?'], substring),
  matches,
  match: matches,
  /** Null, the whole match and its groups as a list, or one group by number or name. */
  regex: fn(['string', 'string', 'any?'], regexGroups),
  format: variadic(['string'], (frame, template, ...values) =>
    limitedString(formatText(template, values, frame)),
  ),
};

function split(
  frame: Frame,
  text: string,
  separator: string | undefined,
  limit: number | undefined,
): string[] {
  const parts = separator === undefined ? words(text) : text.split(separator);
  charge(frame, parts.length);
  if (limit === undefined || limit < 1 || parts.length <= limit) return limitedList(parts);
  const rest = parts.slice(limit - 1).join(separator ?? ' ');
  return limitedList([...parts.slice(0, limit - 1), rest]);
}

function words(text: string): string[] {
  const trimmed = text.trim();
  return trimmed === '' ? [] : trimmed.split(/\s+/);
}

function join(frame: Frame, list: readonly unknown[], separator: string | undefined): string {
  charge(frame, list.length);
  let joined = '';
  for (const [index, item] of list.entries()) {
    joined = limitedString(joined + (index > 0 ? (separator ?? '') : '') + asText(item, frame));
  }
  return joined;
}

function replace(frame: Frame, text: string, from: string, to: string): string {
  if (from === '') throw functionError('cannot replace an empty text');
  const parts = text.split(from);
  charge(frame, parts.length);
  limitStringLength(text.length + (parts.length - 1) * (to.length - from.length));
  return parts.join(to);
}

function substring(_frame: Frame, text: string, start: number, end: number | undefined): string {
  const stop = end ?? text.length;
  if (start < 0 || stop > text.length || start > stop) {
    throw functionError(`range ${start} to ${stop} is not within a text of ${text.length} characters`);
  }
  return text.slice(start, stop);
}

function regexGroups(frame: Frame, text: string, pattern: string, group: unknown): unknown {
  const found = regex(frame, text, pattern).exec(text) as (string | undefined)[] | null;
  if (found === null) return null;
  if (group === undefined) return Array.from(found, (value) => value ?? null);
  if (typeof group === 'number') return found[group] ?? null;
  if (typeof group !== 'string')
    throw functionError(`the group is a number or a name, not ${aKindOf(group)}`);
  const groups = (found as { groups?: Record<string, string | undefined> }).groups ?? {};
  return Object.hasOwn(groups, group) ? (groups[group] ?? null) : null;
}

function regex(frame: Frame, text: string, pattern: string): ReturnType<typeof linearRegex> {
  charge(frame, text.length);
  try {
    return linearRegex(pattern);
  } catch (error) {
    throw error instanceof PatternError ? functionError(error.message) : error;
  }
}
