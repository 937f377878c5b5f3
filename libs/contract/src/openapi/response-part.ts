import { z } from 'zod';
import { paginationSchema, warningsSchema } from '../route/envelope.js';
import type { JsonResponse, RedirectResponse, ResponseSpec, RouteSpec } from '../route/route.js';
import { successHeaders } from './response-headers.js';
import type { JsonSchema, SchemaBook } from './schema-book.js';

/** The status of success and what comes with it. */
export function successOf(route: RouteSpec, book: SchemaBook): Record<string, JsonSchema> {
  const { response } = route;
  const headers = successHeaders(route);
  if (response.kind === 'redirect') {
    const location = { schema: { type: 'string' }, description: 'Where to go on' };
    return { '303': { description: route.summary, headers: { ...headers, Location: location } } };
  }
  return {
    [String(route.status ?? 200)]: {
      description: route.summary,
      headers,
      content: {
        ...documentOf(response, book),
        ...(route.stream ? { 'text/event-stream': eventStreamOf(route.stream, book) } : {}),
      },
    },
  };
}

function documentOf(response: Exclude<ResponseSpec, RedirectResponse>, book: SchemaBook): JsonSchema {
  switch (response.kind) {
    case 'events':
      return {};
    case 'file':
      return Object.fromEntries(response.contentTypes.map((type) => [type, {}]));
    default:
      return { 'application/json': { schema: book.schemaOf(envelopeOf(response), 'output') } };
  }
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

/** OpenAPI has no word for what an event stream holds: the data of each event stands in an extension. */
function eventStreamOf(events: Readonly<Record<string, z.ZodType>>, book: SchemaBook): JsonSchema {
  const data = Object.entries(events).map(([name, schema]) => [name, book.schemaOf(schema, 'output')]);
  return { schema: { type: 'string' }, 'x-attune-events': Object.fromEntries(data) as JsonSchema };
}
