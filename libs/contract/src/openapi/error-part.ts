import { errorSchema } from '../route/envelope.js';
import { errorStatus } from '../route/error-code.js';
import type { ErrorCode } from '../route/error-code.js';
import type { RouteSpec } from '../route/route.js';
import { isVersionedChange } from './request-part.js';
import { errorHeaders } from './response-headers.js';
import type { JsonSchema, SchemaBook } from './schema-book.js';

/** What any route may answer, whatever it does: too many requests, a fault of the server, overload, too slow. */
export const codesOfEveryRoute: readonly ErrorCode[] = [
  'TOO_MANY_REQUESTS',
  'INTERNAL_SERVER_ERROR',
  'SERVICE_UNAVAILABLE',
  'GATEWAY_TIMEOUT',
];

const meaning: Readonly<Record<ErrorCode, string>> = {
  BAD_REQUEST: 'The address or the body cannot be read',
  UNAUTHORIZED: 'No valid token, or no valid credentials',
  FORBIDDEN: 'The permission is not granted, or not on this resource',
  NOT_FOUND: 'What is addressed does not exist',
  METHOD_NOT_ALLOWED: 'Not with this method',
  REQUEST_TIMEOUT: 'The request did not arrive in time',
  CONFLICT: 'The present state does not allow it',
  PRECONDITION_FAILED: 'There is a newer version than the one of If-Match',
  PAYLOAD_TOO_LARGE: 'The body is larger than the server accepts',
  UNSUPPORTED_MEDIA_TYPE: 'The body has another content type than the route takes',
  RANGE_NOT_SATISFIABLE: 'Nothing of the content lies in the range',
  VALIDATION_ERROR: 'A part of the request is not valid; details name each path',
  UNPROCESSABLE_ENTITY: 'Something that the request refers to does not exist, or does not fit',
  TOO_MANY_REQUESTS: 'Too many requests; Retry-After says how long to wait',
  HEADERS_TOO_LARGE: 'The headers are larger than the server accepts',
  INTERNAL_SERVER_ERROR: 'The server failed; its log has the request id',
  NOT_IMPLEMENTED: 'What the route needs is not configured',
  SERVICE_UNAVAILABLE: 'Overloaded, restarting, or not ready; try again',
  GATEWAY_TIMEOUT: 'It took too long, and may still take effect',
};

/** Codes a route answers: its own, those of its features, and those of every route; in the order of their statuses. */
export function errorCodesOf(route: RouteSpec): ErrorCode[] {
  const codes = new Set<ErrorCode>([...(route.errors ?? []), ...codesOfEveryRoute]);
  const add = (isPossible: boolean, ...possible: ErrorCode[]) => {
    if (isPossible) for (const code of possible) codes.add(code);
  };
  add(route.permission !== 'public', 'UNAUTHORIZED');
  add(route.permission.includes(':'), 'FORBIDDEN');
  add(route.params !== undefined, 'NOT_FOUND', 'BAD_REQUEST');
  add(route.idempotent === true, 'CONFLICT', 'VALIDATION_ERROR');
  add(isVersionedChange(route), 'PRECONDITION_FAILED', 'VALIDATION_ERROR');
  add(route.method !== 'GET', 'BAD_REQUEST', 'PAYLOAD_TOO_LARGE');
  add(route.method !== 'GET' && !route.rawBody, 'UNSUPPORTED_MEDIA_TYPE');
  add((route.body ?? route.upload ?? route.query ?? route.params) !== undefined, 'VALIDATION_ERROR');
  return (Object.keys(errorStatus) as ErrorCode[]).filter((code) => codes.has(code));
}

/** References to the shared answers of a route's codes, by status. */
export function errorResponsesOf(route: RouteSpec): Record<string, JsonSchema> {
  const named = byStatus(errorCodesOf(route)).map(([status, codes]) => [
    status,
    { $ref: `#/components/responses/${codes.join('_OR_')}` },
  ]);
  return Object.fromEntries(named) as Record<string, JsonSchema>;
}

/** Every answer that a route of the list refers to, once. */
export function sharedErrorResponses(
  routes: readonly RouteSpec[],
  book: SchemaBook,
): Record<string, JsonSchema> {
  const schema = book.schemaOf(errorSchema, 'output');
  const sets = routes.flatMap((route) => byStatus(errorCodesOf(route)).map(([, codes]) => codes));
  const named = sets.map((codes) => [
    codes.join('_OR_'),
    {
      description: codes.map((code) => meaning[code]).join('; or '),
      headers: errorHeaders(codes),
      content: { 'application/json': { schema: { ...schema, properties: { code: { enum: codes } } } } },
    },
  ]);
  return Object.fromEntries(named) as Record<string, JsonSchema>;
}

function byStatus(codes: readonly ErrorCode[]): [string, ErrorCode[]][] {
  const statuses = [...new Set(codes.map((code) => errorStatus[code]))];
  return statuses.map((status) => [String(status), codes.filter((code) => errorStatus[code] === status)]);
}
