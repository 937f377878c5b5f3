import { RE2JS } from 're2js';
import { LruCache } from './lru-cache.js';

/** Patterns come from users: longer ones are refused before they cost anything. */
const MAX_PATTERN_LENGTH = 1000;

/** Matching costs up to this many steps per character; counted repetitions are what makes programs large. */
const MAX_PROGRAM_SIZE = 2000;

const cache = new LruCache<string, RE2JS>(1000);

export class PatternError extends Error {}

/**
 * A pattern whose matching takes time linear in the text, whatever the pattern (RE2 syntax: no back-references,
 * no look-around). Found anywhere in the text unless anchored. Throws PatternError.
 */
export function linearRegex(pattern: string, ignoreCase = false): RE2JS {
  const key = ignoreCase ? `i${pattern}` : `c${pattern}`;
  const known = cache.get(key);
  if (known) return known;
  const compiled = compile(pattern, ignoreCase);
  cache.set(key, compiled);
  return compiled;
}

/** What is wrong with a pattern, or undefined. */
export function patternProblem(pattern: string): string | undefined {
  try {
    linearRegex(pattern);
    return undefined;
  } catch (error) {
    return (error as PatternError).message;
  }
}

function compile(pattern: string, ignoreCase: boolean): RE2JS {
  if (pattern.length > MAX_PATTERN_LENGTH) {
    throw new PatternError(`the pattern is longer than ${MAX_PATTERN_LENGTH} characters`);
  }
  const compiled = parse(pattern, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
  if (compiled.programSize() > MAX_PROGRAM_SIZE) {
    throw new PatternError('the pattern is too large: repeat less');
  }
  return compiled;
}

function parse(pattern: string, flags: number): RE2JS {
  try {
    return RE2JS.compile(RE2JS.translateRegExp(pattern), flags);
  } catch (error) {
    const reason =
      error instanceof Error ? error.message.replace('error parsing regexp: ', '') : String(error);
    throw new PatternError(`not a pattern of RE2 syntax: ${reason}`, { cause: error });
  }
}
