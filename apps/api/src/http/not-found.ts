import { listRoutes } from '@attune/contract';
import type { FastifyRequest } from 'fastify';
import { HttpError } from './http-error.js';

const known = listRoutes().map(({ route }) => ({
  method: route.method,
  pattern: new RegExp(`^${route.path.replaceAll('.', String.raw`\.`).replaceAll(/\{\w+\}/g, '[^/]+')}$`),
}));

/** 405 with the methods there are when only the method is wrong. The address is not repeated: it may be secret. */
export function noSuchRoute(request: FastifyRequest): HttpError {
  const path = request.url.split('?')[0] ?? '';
  const methods = known.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
  if (methods.length === 0) return new HttpError('NOT_FOUND', 'there is nothing at this address');
  const allowed = [...new Set(methods)].join(', ');
  return new HttpError('METHOD_NOT_ALLOWED', `${request.method} is not possible here; try ${allowed}`, {
    headers: { allow: allowed },
  });
}
