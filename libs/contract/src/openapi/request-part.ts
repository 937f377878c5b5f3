import type { z } from 'zod';
import type { RouteSpec } from '../route/route.js';
import type { JsonSchema, SchemaBook } from './schema-book.js';

export function parametersOf(route: RouteSpec, book: SchemaBook): JsonSchema[] {
  return [
    ...fieldsOf(route.params, 'path', book),
    ...fieldsOf(route.query, 'query', book),
    ...fieldsOf(route.upload, 'query', book),
    ...(route.idempotent
      ? [headerOf('Idempotency-Key', 'Repeating a request with its key repeats the answer')]
      : []),
    ...(isVersionedChange(route)
      ? [headerOf('If-Match', 'ETag of the version the change was made for; 412 when there is a newer one')]
      : []),
    ...(route.stream ? [headerOf('Last-Event-ID', 'Resume a stream after this event')] : []),
  ];
}

/** A change of something that exists and has versions. */
export function isVersionedChange({ versioned, method, params }: RouteSpec): boolean {
  return versioned === true && method !== 'GET' && params !== undefined;
}

export function requestBodyOf(route: RouteSpec, book: SchemaBook): JsonSchema | undefined {
  if (route.rawBody) {
    return route.method === 'GET' ? undefined : { required: false, content: { '*/*': { schema: {} } } };
  }
  if (route.upload) return uploadOf(route.upload, book);
  if (!route.body) return undefined;
  return { required: true, content: { 'application/json': { schema: book.schemaOf(route.body, 'input') } } };
}

/** The fields of a form are in the query when the body is the bytes themselves. */
function uploadOf(fields: z.ZodObject, book: SchemaBook): JsonSchema {
  const file = { type: 'string', format: 'binary' };
  const form = book.schemaOf(fields, 'input') as { properties?: JsonSchema };
  const content = {
    'multipart/form-data': {
      schema: { ...form, properties: { file, ...form.properties }, required: ['file'] },
    },
    '*/*': { schema: file },
  };
  return { required: true, content };
}

function fieldsOf(schema: z.ZodObject | undefined, place: 'path' | 'query', book: SchemaBook): JsonSchema[] {
  return Object.entries(schema?.shape ?? {}).map(([name, field]) => {
    const { description, ...rest } = book.schemaOf(field as z.ZodType, 'output');
    return {
      name,
      in: place,
      required: place === 'path' || !(field as z.ZodType).safeParse(undefined).success,
      ...(description === undefined ? {} : { description }),
      schema: rest,
    };
  });
}

function headerOf(name: string, description: string): JsonSchema {
  return { name, in: 'header', required: false, description, schema: { type: 'string' } };
}
