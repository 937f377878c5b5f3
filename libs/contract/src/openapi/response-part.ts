import { z } from 'zod';
import { paginationSchema, warningsSchema } from '../route/envelope.js';
import type { JsonResponse, RouteSpec } from '../route/route.js';
import type { JsonSchema, SchemaBook } from './schema-book.js';

/** The status of success and what comes with it. */
export function successOf(route: RouteSpec, book: SchemaBook): Record<string, JsonSchema> {
  const { response } = route;
  if (response.kind === 'redirect') {
    const location = { schema: { type: 'string' }, description: 'Where to go on' };
    return { '303': { description: route.summary, headers: { Location: location } } };
  }
  const content =
    response.kind === 'file'
      ? Object.fromEntries(response.contentTypes.map((type) => [type, {}]))
      : { 'application/json': { schema: book.schemaOf(envelopeOf(response), 'output') } };
  return {
    [String(route.status ?? 200)]: {
      description: route.summary,
      ...(route.versioned ? { headers: { ETag: { schema: { type: 'string' } } } } : {}),
      content: {
        ...content,
        ...(route.stream ? { 'text/event-stream': { schema: { type: 'string' } } } : {}),
      },
    },
  };
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
