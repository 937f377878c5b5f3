import { z } from 'zod';
import { paginationSchema, warningsSchema } from '../route/envelope.js';
import type { JsonResponse, RedirectResponse, ResponseSpec, RouteSpec } from '../route/route.js';
import type { JsonSchema, SchemaBook } from './schema-book.js';

type DocumentResponse = Exclude<ResponseSpec, RedirectResponse>;

/** The status of success and what comes with it. */
export function successOf(route: RouteSpec, book: SchemaBook): Record<string, JsonSchema> {
  const { response } = route;
  if (response.kind === 'redirect') {
    const location = { schema: { type: 'string' }, description: 'Where to go on' };
    return { '303': { description: route.summary, headers: { Location: location } } };
  }
  return {
    [String(route.status ?? 200)]: {
      description: route.summary,
      ...(route.versioned ? { headers: { ETag: { schema: { type: 'string' } } } } : {}),
      content: { ...documentOf(response, book), ...eventsOf(route, book) },
    },
  };
}

function documentOf(response: DocumentResponse, book: SchemaBook): JsonSchema {
  switch (response.kind) {
    case 'events':
      return {};
    case 'file':
      return Object.fromEntries(response.contentTypes.map((type) => [type, {}]));
    default:
      return { 'application/json': { schema: book.schemaOf(envelopeOf(response), 'output') } };
  }
}

/** OpenAPI 3.1 has no words for events: `x-attune-events` says what the data of each is. */
function eventsOf({ stream }: RouteSpec, book: SchemaBook): JsonSchema {
  if (stream === undefined) return {};
  const events = Object.entries(stream).map(([name, data]) => [name, book.schemaOf(data, 'output')]);
  const schema = { type: 'string', 'x-attune-events': Object.fromEntries(events) as JsonSchema };
  return { 'text/event-stream': { schema } };
}

/** The whole answer of a route, envelope included. */
export function envelopeOf({ kind, schema }: JsonResponse): z.ZodType {
  switch (kind) {
    case 'one':
      return z.object({ data: schema, warnings: warningsSchema });
    case 'list':
      return z.object({ items: z.array(schema), pagination: paginationSchema, warnings: warningsSchema });
    case 'bare':
      return schema;
  }
}
