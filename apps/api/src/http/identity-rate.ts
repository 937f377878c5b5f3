import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HttpError } from './http-error.js';

/** Counts a request of an identity; throws TOO_MANY_REQUESTS when it has sent too many. */
export type CountRequest = (request: FastifyRequest, identityId: number) => Promise<void>;

/** So many per minute in this process, with whatever tokens and from wherever; 0 sets no limit. */
export function limitIdentities(app: FastifyInstance, perMinute: number): CountRequest {
  if (perMinute === 0) return async () => {};
  const senders = new WeakMap<FastifyRequest, number>();
  const count = app.createRateLimit({
    max: perMinute,
    timeWindow: '1 minute',
    keyGenerator: (request) => `identity ${senders.get(request)}`,
  });
  return async (request, identityId) => {
    senders.set(request, identityId);
    const taken = await count(request);
    if (taken.isAllowed || !taken.isExceeded) return;
    throw new HttpError('TOO_MANY_REQUESTS', 'this account has sent too many requests', {
      headers: { 'retry-after': String(Math.max(1, taken.ttlInSeconds)) },
    });
  };
}
