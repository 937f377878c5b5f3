import { errorSchema } from '../route/envelope.js';
import { errorStatus } from '../route/error-code.js';
import type { ErrorCode } from '../route/error-code.js';
import type { RouteSpec } from '../route/route.js';
import { createSchemaBook } from './schema-book.js';
import type { JsonSchema, SchemaBook } from './schema-book.js';
import { isVersionedChange, parametersOf, requestBodyOf } from './request-part.js';
import { successOf } from './response-part.js';

export interface NamedRoute {
  readonly name: string;
  readonly route: RouteSpec;
}

export interface OpenApiInfo {
  readonly title: string;
  readonly version: string;
  readonly description?: string;
}

/** An OpenAPI 3.1 document of the given routes. */
export function renderOpenApi(
  routes: readonly NamedRoute[],
  info: OpenApiInfo = { title: 'Attune', version: '1' },
): JsonSchema {
  const book = createSchemaBook();
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const named of routes) {
    (paths[named.route.path] ??= {})[named.route.method.toLowerCase()] = operationOf(named, book);
  }
  return {
    openapi: '3.1.0',
    info,
    paths,
    components: {
      schemas: book.schemas,
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
    security: [{ bearer: [] }],
  };
}

function operationOf({ name, route }: NamedRoute, book: SchemaBook): JsonSchema {
  const requestBody = requestBodyOf(route, book);
  const parameters = parametersOf(route, book);
  return {
    operationId: name,
    tags: [name.slice(0, name.indexOf('.'))],
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    ...(route.permission === 'public' ? { security: [] } : {}),
    'x-attune-permission': route.permission,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(requestBody === undefined ? {} : { requestBody }),
    responses: { ...successOf(route, book), ...errorsOf(route, book) },
  };
}

/** Codes a route answers: its own, and those of its features. */
function errorCodesOf(route: RouteSpec): ErrorCode[] {
  const codes = new Set<ErrorCode>(route.errors);
  if (route.permission !== 'public') codes.add('UNAUTHORIZED');
  if (route.permission.includes(':')) codes.add('FORBIDDEN');
  if (route.params) codes.add('NOT_FOUND');
  if (isVersionedChange(route)) codes.add('PRECONDITION_FAILED');
  if (route.body) codes.add('BAD_REQUEST').add('PAYLOAD_TOO_LARGE').add('UNSUPPORTED_MEDIA_TYPE');
  if (route.body ?? route.query ?? route.params) codes.add('VALIDATION_ERROR');
  return [...codes];
}

function errorsOf(route: RouteSpec, book: SchemaBook): Record<string, JsonSchema> {
  const responses: Record<string, JsonSchema> = {};
  for (const code of errorCodesOf(route)) {
    const known = responses[errorStatus[code]]?.['description'];
    responses[errorStatus[code]] = {
      description: typeof known === 'string' ? `${known}, ${code}` : code,
      content: { 'application/json': { schema: book.schemaOf(errorSchema, 'output') } },
    };
  }
  return responses;
}
