import type { RouteSpec } from '../route/route.js';
import { errorResponsesOf, sharedErrorResponses } from './error-part.js';
import { parametersOf, requestBodyOf } from './request-part.js';
import { sharedHeaders } from './response-headers.js';
import { successOf } from './response-part.js';
import { createSchemaBook } from './schema-book.js';
import type { JsonSchema, SchemaBook } from './schema-book.js';

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
  const responses = sharedErrorResponses(
    routes.map(({ route }) => route),
    book,
  );
  return {
    openapi: '3.1.0',
    info: { ...info, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    tags: [...new Set(routes.map(resourceOf))].map((name) => ({ name })),
    paths,
    components: { schemas: book.schemas, responses, headers: sharedHeaders, securitySchemes },
  };
}

const securitySchemes = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'An access token of /auth/login, or any other token of this installation',
  },
};

function operationOf(named: NamedRoute, book: SchemaBook): JsonSchema {
  const { name, route } = named;
  const requestBody = requestBodyOf(route, book);
  const parameters = parametersOf(route, book);
  return {
    operationId: name,
    tags: [resourceOf(named)],
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    security: securityOf(route),
    'x-attune-permission': route.permission,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(requestBody === undefined ? {} : { requestBody }),
    responses: { ...successOf(route, book), ...errorResponsesOf(route) },
  };
}

/** Of a scheme without OAuth scopes, OpenAPI 3.1 lets a requirement name roles: here, the permission. */
function securityOf({ permission }: RouteSpec): JsonSchema[] {
  if (permission === 'public') return [];
  return [{ bearer: permission === 'authenticated' ? [] : [permission] }];
}

function resourceOf({ name }: NamedRoute): string {
  return name.slice(0, name.indexOf('.'));
}
