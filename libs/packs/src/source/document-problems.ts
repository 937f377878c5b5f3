import { didYouMean } from '@attune/domain';
import type { z } from 'zod';

import type { PackProblem } from '../pack-problem.js';
import { pathText } from './yaml-source.js';
import type { DocumentPath, YamlSource } from './yaml-source.js';

type Issue = z.core.$ZodIssue;

export type Checked<T> = { readonly value: T; readonly problems: readonly PackProblem[] } | Failed;

interface Failed {
  readonly value: undefined;
  readonly problems: readonly PackProblem[];
}

/** Checks the shape of a YAML file; every mistake has its own position, unknown keys the nearest known name. */
export function readDocument<T>(source: YamlSource, schema: z.ZodType<T>): Checked<T> {
  if (source.problems.length > 0) return { value: undefined, problems: source.problems };
  const result = schema.safeParse(source.data);
  if (result.success) return { value: result.data, problems: [] };
  return {
    value: undefined,
    problems: result.error.issues.flatMap((issue) => issueProblems(source, schema, issue)),
  };
}

function issueProblems(source: YamlSource, schema: z.ZodType, issue: Issue): PackProblem[] {
  const path = issue.path as DocumentPath;
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, path);
    return issue.keys.map((key) => unknownKey(source, path, { key, known }));
  }
  if (isMissing(source.data, path)) {
    return [source.problemAt(path.slice(0, -1), `missing key '${String(path.at(-1))}'`)];
  }
  return [wrongValue(source, path, issue)];
}

function unknownKey(
  source: YamlSource,
  path: DocumentPath,
  { key, known }: { key: string; known: readonly string[] },
): PackProblem {
  const hint = didYouMean(key, known) ?? `known here: ${known.join(', ')}`;
  return source.problemAtKey(path, key, `unknown key '${key}'`, hint);
}

function wrongValue(source: YamlSource, path: DocumentPath, issue: Issue): PackProblem {
  const name = path.length === 0 ? 'the file' : pathText(path);
  if (issue.code !== 'invalid_value') {
    return source.problemAt(path, `${name}: ${issue.message.replace(/^Invalid input: /, '')}`);
  }
  const values = issue.values.map(String);
  const message = `${name}: must be one of ${values.join(', ')}`;
  return source.problemAt(path, message, didYouMean(String(valueAt(source.data, path)), values));
}

/** Missing keys of an object are reported at the object, where the key has to be added. */
function isMissing(data: unknown, path: DocumentPath): boolean {
  const parent = valueAt(data, path.slice(0, -1));
  const key = path.at(-1);
  return key !== undefined && typeof parent === 'object' && parent !== null && !(key in parent);
}

function valueAt(data: unknown, path: DocumentPath): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<string, unknown> | null | undefined)?.[key],
    data,
  );
}

function knownKeys(schema: z.ZodType, path: DocumentPath): string[] {
  const target = path.reduce<z.core.$ZodType | undefined>(
    (current, key) => (current === undefined ? undefined : childSchema(bare(current), key)),
    schema,
  );
  const def = target === undefined ? undefined : bare(target)._zod.def;
  return def?.type === 'object' ? Object.keys((def as z.core.$ZodObjectDef).shape) : [];
}

function childSchema(schema: z.core.$ZodType, key: string | number): z.core.$ZodType | undefined {
  const def = schema._zod.def;
  if (def.type === 'object') return (def as z.core.$ZodObjectDef).shape[key];
  if (def.type === 'array') return (def as z.core.$ZodArrayDef).element;
  if (def.type === 'record') return (def as z.core.$ZodRecordDef).valueType;
  return undefined;
}

/** The schema inside optional, nullable, default and prefault. */
function bare(schema: z.core.$ZodType): z.core.$ZodType {
  const def = schema._zod.def as { innerType?: z.core.$ZodType };
  return def.innerType === undefined ? schema : bare(def.innerType);
}
