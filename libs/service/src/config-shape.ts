import { z } from 'zod';

/** What settings need of the JSON Schema of their zod schema. */
export interface Shape {
  type?: string;
  properties?: Record<string, Shape>;
  required?: readonly string[];
  additionalProperties?: boolean | Shape;
  anyOf?: readonly Shape[];
}

export function shapeOf(schema: z.ZodType): Shape {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape;
}

export function childOf(shape: Shape, key: string): Shape | undefined {
  const own = Object.hasOwn(shape.properties ?? {}, key) ? shape.properties?.[key] : undefined;
  if (own !== undefined) return own;
  return typeof shape.additionalProperties === 'object' ? shape.additionalProperties : undefined;
}

/** A section that must be there and is not becomes an empty one: then its missing keys are told, not the section. */
export function openSections(shape: Shape, values: Record<string, unknown>): void {
  for (const key of shape.required ?? []) {
    const child = shape.properties?.[key];
    if (child === undefined || !isObject(child)) continue;
    values[key] ??= {};
    if (isRecord(values[key])) openSections(child, values[key]);
  }
}

export function accepts(shape: Shape, type: string): boolean {
  return shape.type === type || (shape.anyOf ?? []).some((option) => accepts(option, type));
}

export function isObject(shape: Shape | undefined): boolean {
  return (
    shape !== undefined && (shape.properties !== undefined || typeof shape.additionalProperties === 'object')
  );
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
