import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import fastify from 'fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '@attune/service';
import type { ApiConfig } from '../config.js';
import { logFailure, logRequest } from '../logger.js';
import { serveDocs } from './docs-page.js';
import { errorAnswer } from './error-answer.js';
import { noSuchRoute } from './not-found.js';
import { requestIdOf } from './request-id.js';
import { answerUnreadable } from './unreadable-request.js';
import { closeUnusedAtStop } from './unused-connections.js';

/** A server without the routes of the contract: limits, headers, one shape for every error, the page about the API. */
export async function createServer({ api }: ApiConfig, log: Log): Promise<FastifyInstance> {
  const sendError = (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const answer = errorAnswer(error);
    if (answer.status >= 500 && answer.body.code !== 'NOT_IMPLEMENTED') logFailure(log, request, error);
    return reply
      .code(answer.status)
      .headers({ 'x-request-id': request.id, ...answer.headers })
      .send({ ...answer.body, request_id: request.id });
  };
  const app = fastify({
    logger: false,
    bodyLimit: api.body_limit_bytes,
    requestTimeout: api.upload_timeout_ms,
    trustProxy: api.trusted_proxies.length > 0 ? api.trusted_proxies : false,
    genReqId: requestIdOf,
    forceCloseConnections: 'idle',
    exposeHeadRoutes: false,
    routerOptions: { caseSensitive: true, maxParamLength: 512 },
    clientErrorHandler: answerUnreadable,
    frameworkErrors: (error, request, reply) => void sendError(error, request, reply),
  });
  // Node.js refuses what it does not know in `Expect` without a word; it is to be ignored (RFC 9110, 10.1.1).
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response));
  app.server.headersTimeout = api.request_timeout_ms;
  closeUnusedAtStop(app);
  app.setErrorHandler((error: FastifyError, request, reply) => sendError(error, request, reply));
  app.setNotFoundHandler((request, reply) => sendError(noSuchRoute(request), request, reply));
  app.addHook('onRequest', async (request, reply) => void reply.header('x-request-id', request.id));
  app.addHook('onResponse', async (request, reply) => logRequest(log, request, reply));
  await protect(app, api);
  await serveDocs(app);
  return app;
}

async function protect(app: FastifyInstance, api: ApiConfig['api']): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
  });
  if (api.cors_origins.length > 0) {
    await app.register(cors, {
      origin: api.cors_origins,
      methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
      allowedHeaders: ['authorization', 'content-type', 'idempotency-key', 'if-match', 'last-event-id'],
      exposedHeaders: ['etag', 'retry-after', 'x-request-id'],
    });
  }
  await app.register(rateLimit, {
    global: api.rate_limit_per_minute > 0,
    max: Math.max(1, api.rate_limit_per_minute),
    timeWindow: '1 minute',
  });
}
