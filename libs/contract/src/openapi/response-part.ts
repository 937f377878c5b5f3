import { z } from 'zod';
import { paginationSchema, warningsSchema } from '../route/envelope.js';
import type { ResponseSpec, RouteSpec } from '../route/route.js';
import type { JsonSchema, SchemaBook } from './schema-book.js';

export function successOf(route: RouteSpec, book: SchemaBook): JsonSchema {
  return {
    description: route.summary,
    ...(route.versioned ? { headers: { ETag: { schema: { type: 'string' } } } } : {}),
    content: {
      'application/json': { schema: book.schemaOf(envelopeOf(route.response), 'output') },
      ...(route.stream ? { 'text/event-stream': { schema: { type: 'string' } } } : {}),
    },
  };
}

/** The whole answer of a route, envelope included. */
export function envelopeOf({ kind, schema }: ResponseSpec): z.ZodType {
  switch (kind) {
    case 'one':
      return z.object({ data: schema, warnings: warningsSchema });
    case 'list':
      return z.object({ items: z.array(schema), pagination: paginationSchema, warnings: warningsSchema });
    case 'bare':
      return schema;
  }
}
