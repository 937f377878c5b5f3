import { z } from 'zod';
import { paginationSchema, warningsSchema } from '../route/envelope.js';
import type { ResponseSpec, RouteSpec } from '../route/route.js';
import type { JsonSchema, SchemaBook } from './schema-book.js';

export function successOf(route: RouteSpec, book: SchemaBook): JsonSchema {
  return {
    description: route.summary,
    ...(route.versioned ? { headers: { ETag: { schema: { type: 'string' } } } } : {}),
    content: { ...documentOf(route, book), ...eventsOf(route, book) },
  };
}

function documentOf({ response }: RouteSpec, book: SchemaBook): JsonSchema {
  if (response.kind === 'events') return {};
  return { 'application/json': { schema: book.schemaOf(envelopeOf(response), 'output') } };
}

/** OpenAPI 3.1 has no words for events: `x-attune-events` says what the data of each is. */
function eventsOf({ stream }: RouteSpec, book: SchemaBook): JsonSchema {
  if (stream === undefined) return {};
  const events = Object.entries(stream).map(([name, data]) => [name, book.schemaOf(data, 'output')]);
  const schema = { type: 'string', 'x-attune-events': Object.fromEntries(events) as JsonSchema };
  return { 'text/event-stream': { schema } };
}

/** The whole answer of a route, envelope included. */
export function envelopeOf({ kind, schema }: ResponseSpec): z.ZodType {
  switch (kind) {
    case 'one':
      return z.object({ data: schema, warnings: warningsSchema });
    case 'list':
      return z.object({ items: z.array(schema), pagination: paginationSchema, warnings: warningsSchema });
    case 'bare':
    case 'events':
      return schema;
  }
}
