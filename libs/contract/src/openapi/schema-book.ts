import { z } from 'zod';

export type JsonSchema = Record<string, unknown>;

export interface SchemaBook {
  /** Named schemas, as `components.schemas` holds them. */
  readonly schemas: Record<string, JsonSchema>;
  /** JSON Schema of a zod schema; schemas with an id are referred to and collected. */
  schemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonSchema;
}

/** Collects what is named by `.meta({ id })`; a schema that reads otherwise as input gets the suffix `Input`. */
export function createSchemaBook(): SchemaBook {
  const schemas: Record<string, JsonSchema> = {};
  const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): JsonSchema => {
    const {
      $schema: _,
      $defs = {},
      ...root
    } = z.toJSONSchema(schema, {
      io,
      unrepresentable: 'any',
      override: ({ jsonSchema }) => {
        if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      },
    }) as JsonSchema & { $defs?: Record<string, JsonSchema> };
    const rename = (id: string) => (io === 'input' ? `${id}Input` : id);
    for (const [id, definition] of Object.entries($defs)) {
      schemas[rename(id)] ??= withReferences(definition, rename) as JsonSchema;
    }
    return named(withReferences(root, rename) as JsonSchema, schema, rename);
  };
  const named = (rendered: JsonSchema, schema: z.ZodType, rename: (id: string) => string): JsonSchema => {
    const id = z.globalRegistry.get(schema)?.id;
    if (id === undefined) return rendered;
    schemas[rename(id)] ??= rendered;
    return { $ref: `#/components/schemas/${rename(id)}` };
  };
  return { schemas, schemaOf };
}

function withReferences(value: unknown, rename: (id: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => withReferences(item, rename));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) =>
      key === '$ref' && typeof child === 'string'
        ? [key, `#/components/schemas/${rename(child.replace('#/$defs/', ''))}`]
        : [key, withReferences(child, rename)],
    ),
  );
}
