import type { ErrorObject } from 'ajv';
import type { ErrorDetail } from '../errors.js';
import { didYouMean } from '../nearest.js';
import { memberPath } from '../path.js';
import { aKindOf, isMap } from '../value-kind.js';

/** Values may be secrets: an issue says of what kind they are, never what they are. */
type Wording = (params: Record<string, unknown>, found: unknown) => Pick<ErrorDetail, 'message' | 'hint'>;

const MAX_ISSUES = 50;
const MAX_LISTED = 20;

/** Errors that only say that another one happened inside. */
const WRAPPERS = new Set(['if', 'anyOf', 'oneOf']);

const wordings: Readonly<Record<string, Wording>> = {
  type: ({ type }, found) => ({ message: `must be ${typeNames(type)}`, hint: `found ${aKindOf(found)}` }),
  required: ({ missingProperty }, found) => missing(String(missingProperty), found),
  enum: ({ allowedValues }, found) => notAllowed(allowedValues as readonly unknown[], found),
  const: ({ allowedValue }) => ({ message: `must be ${JSON.stringify(allowedValue)}` }),
  format: ({ format }) => ({ message: `must be a valid ${String(format)}` }),
  pattern: ({ pattern }) => ({ message: `must match the pattern ${String(pattern)}` }),
  minimum: ({ limit }) => ({ message: `must be at least ${String(limit)}` }),
  maximum: ({ limit }) => ({ message: `must be at most ${String(limit)}` }),
  minLength: ({ limit }) => ({ message: `must have at least ${String(limit)} characters` }),
  maxLength: ({ limit }) => ({ message: `must have at most ${String(limit)} characters` }),
  minItems: ({ limit }) => ({ message: `must have at least ${String(limit)} elements` }),
  maxItems: ({ limit }) => ({ message: `must have at most ${String(limit)} elements` }),
  additionalProperties: () => ({ message: 'is not known here' }),
  unevaluatedProperties: () => ({ message: 'is not known here' }),
};

/** Errors of a validation as details, each with the path below `path`, in the order they were found. */
export function issuesOf(errors: readonly ErrorObject[], value: unknown, path: string): ErrorDetail[] {
  const leaves = errors.filter(({ keyword }) => !WRAPPERS.has(keyword));
  const chosen = leaves.length > 0 ? leaves : errors;
  const seen = new Set<string>();
  const issues: ErrorDetail[] = [];
  for (const error of chosen) {
    const issue = issueOf(error, value, path);
    const key = `${issue.path}\n${issue.message}`;
    if (seen.has(key) || issues.length === MAX_ISSUES) continue;
    seen.add(key);
    issues.push(issue);
  }
  return issues;
}

function issueOf(error: ErrorObject, value: unknown, path: string): ErrorDetail {
  const segments = segmentsOf(error, value);
  const found = readAt(value, segments);
  const wording = Object.hasOwn(wordings, error.keyword) ? wordings[error.keyword] : undefined;
  const params = error.params as Record<string, unknown>;
  const { message, hint } = wording?.(
    params,
    error.keyword === 'required' ? parentOf(value, segments) : found,
  ) ?? {
    message: error.message ?? 'is not valid',
  };
  const detail = { path: segments.reduce(memberPath, path), message };
  return hint === undefined ? detail : { ...detail, hint };
}

/** The way to what the issue is about: a missing or unknown property, where there is one. */
function segmentsOf(error: ErrorObject, value: unknown): (string | number)[] {
  const segments: (string | number)[] = [];
  for (const part of error.instancePath.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    segments.push(Array.isArray(readAt(value, segments)) ? Number(key) : key);
  }
  const { missingProperty, additionalProperty, unevaluatedProperty } = error.params as Record<
    string,
    unknown
  >;
  const named = missingProperty ?? additionalProperty ?? unevaluatedProperty;
  return typeof named === 'string' ? [...segments, named] : segments;
}

function parentOf(value: unknown, segments: readonly (string | number)[]): unknown {
  return readAt(value, segments.slice(0, -1));
}

function readAt(value: unknown, segments: readonly (string | number)[]): unknown {
  let current = value;
  for (const segment of segments) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, segment)) return undefined;
    current = (current as Record<string | number, unknown>)[segment];
  }
  return current;
}

function typeNames(type: unknown): string {
  const names = (Array.isArray(type) ? type : String(type).split(',')) as string[];
  return names
    .map((name) => (/^[aeio]/.test(name) ? `an ${name}` : name === 'null' ? name : `a ${name}`))
    .join(' or ');
}

/** A parameter that is missing while an unknown one of nearly that name is there was misspelt. */
function missing(name: string, parent: unknown): Pick<ErrorDetail, 'message' | 'hint'> {
  const near = isMap(parent) ? didYouMean(name, Object.keys(parent)) : undefined;
  const message = 'is required';
  return near === undefined
    ? { message }
    : { message, hint: near.replace('did you mean', 'found').replace('?', '') };
}

function notAllowed(allowed: readonly unknown[], found: unknown): Pick<ErrorDetail, 'message' | 'hint'> {
  const listed = allowed.slice(0, MAX_LISTED).map((value) => JSON.stringify(value));
  const more = allowed.length > MAX_LISTED ? ', …' : '';
  const message = `must be one of ${listed.join(', ')}${more}`;
  const texts = allowed.filter((value) => typeof value === 'string');
  const hint = typeof found === 'string' ? didYouMean(found, texts) : `found ${aKindOf(found)}`;
  return hint === undefined ? { message } : { message, hint };
}
