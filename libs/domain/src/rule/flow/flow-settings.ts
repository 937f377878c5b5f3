import { z } from 'zod';
import { parseDuration } from '../../duration.js';
import { ValidationError } from '../../errors.js';
import type { ErrorDetail } from '../../errors.js';
import { compileExpression } from '../../expression/expression.js';
import { conditionNamespaces } from '../namespaces.js';

/** A longer one would keep states for years; shorter ones no two events fall into. */
const shortestMs = 100;
const longestMs = 30 * 86_400_000;
/** The times of as many matches are kept per key. */
const mostInWindow = 1_000;

const span = z.string().refine(isSpan, 'a duration of 100ms to 30d, such as 5m or 1h30m');

const key = z
  .string()
  .min(1)
  .max(1_000)
  .describe('Expression over the event; absent: all events of the rule are alike');

/** One match per key and window; the window begins with the match. */
export const dedupeSchema = z.strictObject({ key: key.optional(), window: span });

/** So many matches per key in any such window; further ones are disabled. */
export const throttleSchema = z.strictObject({
  key: key.optional(),
  count: z.int().min(1).max(mostInWindow),
  window: span,
});

/** The last match of a key, once no further one has come for so long. */
export const debounceSchema = z.strictObject({ key: key.optional(), quiet: span });

export type Dedupe = z.infer<typeof dedupeSchema>;
export type Throttle = z.infer<typeof throttleSchema>;
export type Debounce = z.infer<typeof debounceSchema>;

/** What keeps a rule from acting on every match. */
export interface FlowSettings {
  readonly dedupe?: Dedupe | null | undefined;
  readonly throttle?: Throttle | null | undefined;
  readonly debounce?: Debounce | null | undefined;
}

export function hasFlow({ dedupe, throttle, debounce }: FlowSettings): boolean {
  return Boolean(dedupe ?? throttle ?? debounce);
}

/** Milliseconds of a duration that was checked when it was saved. */
export function spanMs(text: string): number {
  return parseDuration(text) ?? longestMs;
}

/** Expressions that cannot be read, and settings that contradict each other. Paths begin with the setting's name. */
export function checkFlow(settings: FlowSettings): ErrorDetail[] {
  const keys = (['dedupe', 'throttle', 'debounce'] as const).flatMap((name) => {
    const text = settings[name]?.key;
    return text === undefined ? [] : checkKey(text, `${name}.key`);
  });
  const others = (['dedupe', 'throttle'] as const).filter((name) => settings[name] ?? false);
  return settings.debounce ? [...keys, ...others.map(notWithDebounce)] : keys;
}

/** Which event of a burst is acted on is for one of them to say. */
function notWithDebounce(name: string): ErrorDetail {
  return {
    path: name,
    message: 'is not possible together with debounce, which acts on the last event only',
    hint: 'leave one of both out',
  };
}

function checkKey(text: string, path: string): ErrorDetail[] {
  try {
    compileExpression(text, { namespaces: conditionNamespaces });
    return [];
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    return error.details.map((detail) => ({ ...detail, path }));
  }
}

function isSpan(text: string): boolean {
  const milliseconds = parseDuration(text);
  return milliseconds !== undefined && milliseconds >= shortestMs && milliseconds <= longestMs;
}
