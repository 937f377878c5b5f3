import type { ErrorCode } from '../route/error-code.js';
import type { RouteSpec } from '../route/route.js';
import type { JsonSchema } from './schema-book.js';

/** Headers that answers refer to. */
export const sharedHeaders: Record<string, JsonSchema> = {
  RequestId: {
    description:
      'Id of this request in logs and audit events; the one of the request when it sent a plain one',
    required: true,
    schema: { type: 'string' },
  },
  ETag: { description: 'Version of what was answered, for If-Match', schema: { type: 'string' } },
  RetryAfter: { description: 'Seconds to wait before another try', schema: { type: 'integer', minimum: 0 } },
};

/** Codes whose answers may say when to come back. */
const comesBack: ReadonlySet<ErrorCode> = new Set(['TOO_MANY_REQUESTS', 'SERVICE_UNAVAILABLE', 'CONFLICT']);

export function errorHeaders(codes: readonly ErrorCode[]): JsonSchema {
  return {
    ...requestIdHeader,
    ...(codes.some((code) => comesBack.has(code)) ? { 'Retry-After': reference('RetryAfter') } : {}),
  };
}

export function successHeaders(route: RouteSpec): JsonSchema {
  return { ...requestIdHeader, ...(route.versioned ? { ETag: reference('ETag') } : {}) };
}

const requestIdHeader = { 'X-Request-Id': reference('RequestId') };

function reference(name: string): JsonSchema {
  return { $ref: `#/components/headers/${name}` };
}
