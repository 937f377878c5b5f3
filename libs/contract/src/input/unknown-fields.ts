import { nearest } from '@attune/domain';
import type { z } from 'zod';
import { at } from './input-path.js';

export interface UnknownField {
  /** `events[2].paylod` */
  path: string;
  /** Object it was found in: `events[2]`. */
  parent: string;
  /** The field that was probably meant and is not there. */
  nearest: string | undefined;
}

type Definition = { type: string } & Record<string, unknown>;

/** Fields of `value` that `schema` would drop silently, at any depth; records (free-form JSON) have none. */
export function unknownFields(schema: z.ZodType, value: unknown, path = ''): UnknownField[] {
  const definition = schema.def as unknown as Definition;
  if (definition['innerType'] !== undefined) {
    return unknownFields(definition['innerType'] as z.ZodType, value, path);
  }
  if (definition.type === 'pipe') return unknownFields(definition['in'] as z.ZodType, value, path);
  if (definition.type === 'union') return ofUnion(definition['options'] as z.ZodType[], value, path);
  if (definition.type === 'array') return ofArray(definition['element'] as z.ZodType, value, path);
  if (definition.type === 'object') return ofObject(definition, value, path);
  return [];
}

function ofObject(definition: Definition, value: unknown, path: string): UnknownField[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const shape = definition['shape'] as Readonly<Record<string, z.ZodType>>;
  const missing = Object.keys(shape).filter((name) => !Object.hasOwn(value, name));
  const isLoose = definition['catchall'] !== undefined;
  return Object.entries(value).flatMap(([name, child]) => {
    if (Object.hasOwn(shape, name)) return unknownFields(shape[name] as z.ZodType, child, at(path, name));
    if (isLoose) return [];
    return [{ path: at(path, name), parent: path, nearest: nearest(name, missing) }];
  });
}

function ofArray(element: z.ZodType, value: unknown, path: string): UnknownField[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item, index) => unknownFields(element, item, at(path, index)));
}

/** The option that accepts the value knows best; when none does, the one that knows most of its fields. */
function ofUnion(options: readonly z.ZodType[], value: unknown, path: string): UnknownField[] {
  const found = options
    .map((option) => ({ option, fields: unknownFields(option, value, path) }))
    .toSorted((one, other) => one.fields.length - other.fields.length);
  const best = found.find(({ option }) => option.safeParse(value).success) ?? found[0];
  return best?.fields ?? [];
}
