import { z } from 'zod';
import { ValidationError } from './errors.js';

/** One segment of a ref, as text, for CHECK constraints and JSON Schema; anchored where it is used. */
export const refSegmentPattern = '[a-z][a-z0-9_-]*';
export const packRefPattern = `^${refSegmentPattern}$`;
export const componentRefPattern = `^${refSegmentPattern}\\.${refSegmentPattern}$`;
export const keyRefPattern = `^${refSegmentPattern}(\\.${refSegmentPattern})*$`;

/** Refs become file names, queue names and index keys: longer ones are refused. Artifact refs may be paths. */
export const maxRefLength = 255;
export const maxArtifactRefLength = 1024;

const packRef = new RegExp(packRefPattern);
const componentRef = new RegExp(componentRefPattern);
const keyRef = new RegExp(keyRefPattern);
const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;

const segmentRule = 'a lower-case letter, then lower-case letters, digits, _ and -';

/** A component's ref in its two halves: `core.echo` is `echo` of pack `core`. */
export interface SplitRef {
  pack: string;
  name: string;
}

export const packRefSchema = z
  .string()
  .refine(isPackRef, { error: `must be a pack ref: ${segmentRule}, at most ${maxRefLength} characters` })
  .meta({ pattern: packRefPattern, maxLength: maxRefLength, example: 'core' });

export const componentRefSchema = z
  .string()
  .refine(isComponentRef, {
    error: `must be a ref of the form pack.name, each part ${segmentRule}, at most ${maxRefLength} characters`,
  })
  .meta({ pattern: componentRefPattern, maxLength: maxRefLength, example: 'core.echo' });

export const keyRefSchema = z
  .string()
  .refine(isKeyRef, {
    error: `must be a key ref: segments joined by dots, each ${segmentRule}, at most ${maxRefLength} characters`,
  })
  .meta({ pattern: keyRefPattern, maxLength: maxRefLength, example: 'github.token' });

export const artifactRefSchema = z
  .string()
  .refine(isArtifactRef, { error: `must be 1 to ${maxArtifactRefLength} printable characters` })
  .meta({ maxLength: maxArtifactRefLength, example: 'reports/2026/summary.csv' });

export function isPackRef(text: string): boolean {
  return text.length <= maxRefLength && packRef.test(text);
}

/** Of triggers, sensors, actions, rules, policies, permission sets, runtimes and workflows. */
export function isComponentRef(text: string): boolean {
  return text.length <= maxRefLength && componentRef.test(text);
}

export function isKeyRef(text: string): boolean {
  return text.length <= maxRefLength && keyRef.test(text);
}

export function isArtifactRef(text: string): boolean {
  // Characters and not UTF-16 units, as the database counts; a character has at most two of these.
  const short = text.length <= 2 * maxArtifactRefLength && Array.from(text).length <= maxArtifactRefLength;
  return text.length > 0 && short && !unprintable.test(text);
}

/** Throws ValidationError when `ref` is not of the form `pack.name`. */
export function splitRef(ref: string): SplitRef {
  if (!isComponentRef(ref)) {
    const message = `'${ref.slice(0, maxRefLength)}' is not a ref of the form pack.name`;
    throw new ValidationError(message, {
      details: [
        { path: 'ref', message: 'must have the form pack.name', hint: `each part is ${segmentRule}` },
      ],
    });
  }
  const dot = ref.indexOf('.');
  return { pack: ref.slice(0, dot), name: ref.slice(dot + 1) };
}
