import { z } from 'zod';
import { paginationSchema, warningsSchema } from '../route/envelope.js';
import type { ResponseSpec, RouteSpec } from '../route/route.js';
import { successHeaders } from './response-headers.js';
import type { JsonSchema, SchemaBook } from './schema-book.js';

export function successOf(route: RouteSpec, book: SchemaBook): JsonSchema {
  return {
    description: route.summary,
    headers: successHeaders(route),
    content: {
      'application/json': { schema: book.schemaOf(envelopeOf(route.response), 'output') },
      ...(route.stream ? { 'text/event-stream': eventStreamOf(route.stream, book) } : {}),
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

/** OpenAPI has no word for what an event stream holds: the data of each event stands in an extension. */
function eventStreamOf(events: Readonly<Record<string, z.ZodType>>, book: SchemaBook): JsonSchema {
  const data = Object.entries(events).map(([name, schema]) => [name, book.schemaOf(schema, 'output')]);
  return { schema: { type: 'string' }, 'x-attune-events': Object.fromEntries(data) as JsonSchema };
}
