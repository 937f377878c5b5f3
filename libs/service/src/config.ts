import { readFileSync } from 'node:fs';
import { nearest } from '@attune/domain';
import { parse } from 'yaml';
import type { z } from 'zod';
import { accepts, childOf, isObject, isRecord, openSections, shapeOf } from './config-shape.js';
import type { Shape } from './config-shape.js';

export type Env = Readonly<Record<string, string | undefined>>;

export interface ConfigSources {
  env: Env;
  /** A YAML file; a file that is named must exist. */
  file?: string | undefined;
  /** Values by dotted key (`broker.prefix`), from flags; they win over the environment. */
  overrides?: Readonly<Record<string, unknown>>;
}

export interface ConfigFault {
  /** Dotted key, or the place where it was written. */
  key: string;
  message: string;
}

/** Everything that is wrong with the settings, at once. It never repeats a value: values may be secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly faults: readonly ConfigFault[]) {
    super(
      ['settings are not valid:', ...faults.map((fault) => `  ${fault.key}: ${fault.message}`)].join('\n'),
    );
  }
}

/**
 * Reads a service's settings: YAML file < `ATTUNE__SECTION__KEY` < overrides.
 * Text from environment and flags is taken as what the schema expects at that key (number, boolean, YAML for lists).
 * Unknown keys are errors that name the nearest known key; all faults come in one ConfigError.
 */
export function readConfig<T>(schema: z.ZodType<T>, sources: ConfigSources): T {
  const shape = shapeOf(schema);
  const draft: Draft = { shape, values: {}, origins: new Map(), faults: [] };
  for (const setting of [...fromFile(draft, sources.file), ...fromEnv(sources.env), ...fromFlags(sources)]) {
    place(draft, setting);
  }
  openSections(shape, draft.values);
  const result = schema.safeParse(draft.values);
  if (draft.faults.length === 0 && result.success) return result.data;
  throw new ConfigError([
    ...draft.faults,
    ...(result.error?.issues ?? []).map((issue) => faultOf(draft, issue)),
  ]);
}

interface Setting {
  path: readonly string[];
  value: unknown;
  origin: string;
}

interface Draft {
  shape: Shape;
  values: Record<string, unknown>;
  /** Dotted key → where its value was written. */
  origins: Map<string, string>;
  faults: ConfigFault[];
}

function fromFile(draft: Draft, file: string | undefined): Setting[] {
  if (file === undefined) return [];
  try {
    return leaves(parse(readFileSync(file, 'utf8')) ?? {}, [], { origin: file, shape: draft.shape });
  } catch (error) {
    // Only the first line, which says what and where: YAML errors quote the file below it.
    const [message = ''] = String(error instanceof Error ? error.message : error).split('\n');
    draft.faults.push({ key: file, message });
    return [];
  }
}

function leaves(
  value: unknown,
  path: readonly string[],
  at: { origin: string; shape: Shape | undefined },
): Setting[] {
  const isSection = isRecord(value) && (path.length === 0 || isObject(at.shape));
  if (!isSection) return [{ path, value, origin: at.origin }];
  return Object.entries(value).flatMap(([key, child]) =>
    leaves(child, [...path, key], { origin: at.origin, shape: at.shape && childOf(at.shape, key) }),
  );
}

function fromEnv(env: Env): Setting[] {
  return Object.entries(env).flatMap(([name, value]) => {
    if (!name.startsWith('ATTUNE__') || value === undefined) return [];
    return [{ path: name.slice('ATTUNE__'.length).toLowerCase().split('__'), value, origin: name }];
  });
}

function fromFlags({ overrides = {} }: ConfigSources): Setting[] {
  return Object.entries(overrides).map(([key, value]) => ({
    path: key.split('.'),
    value,
    origin: `--${key}`,
  }));
}

function place(draft: Draft, { path, value, origin }: Setting): void {
  let shape: Shape = draft.shape;
  for (const [depth, key] of path.entries()) {
    const child = childOf(shape, key);
    if (child === undefined)
      return void draft.faults.push(unknownKey(shape, path.slice(0, depth + 1), origin));
    shape = child;
  }
  assign(draft.values, path, typeof value === 'string' ? fromText(value, shape) : value);
  draft.origins.set(path.join('.'), origin);
}

function assign(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [key = '', ...rest] = path;
  if (rest.length === 0) return void (target[key] = value);
  const section = isRecord(target[key]) ? target[key] : {};
  target[key] = section;
  assign(section, rest, value);
}

function unknownKey(shape: Shape, path: readonly string[], origin: string): ConfigFault {
  const known = Object.keys(shape.properties ?? {});
  const near = nearest(path.at(-1) ?? '', known);
  const section = path.slice(0, -1);
  const hint =
    near === undefined ? `known here: ${known.join(', ')}` : `did you mean ${[...section, near].join('.')}?`;
  return { key: path.join('.'), message: `unknown key (${origin}); ${hint}` };
}

function fromText(text: string, shape: Shape): unknown {
  if (accepts(shape, 'string')) return text;
  try {
    return parse(text);
  } catch {
    return text;
  }
}

function faultOf(draft: Draft, issue: z.core.$ZodIssue): ConfigFault {
  const key = issue.path.map(String).join('.');
  const origin = draft.origins.get(key);
  if (origin !== undefined) return { key, message: `${issue.message} (${origin})` };
  const variable = `ATTUNE__${issue.path.map(String).join('__').toUpperCase()}`;
  return { key, message: `must be set, in the file or by ${variable} (${issue.message})` };
}
