import { listRoutes } from '@attune/contract';
import type { RouteSpec } from '@attune/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiContext } from '../context.js';
import type { Arrival } from '../webhooks/arrival.js';
import type { Receiver } from '../webhooks/receiver.js';
import { admit, recordingDenials } from './admission.js';
import type { Admission } from './admission.js';
import type { Call, Handler, Handlers } from './call.js';
import { answerOnce, idempotencyOf } from './idempotency.js';
import { limitIdentities } from './identity-rate.js';
import type { CountRequest } from './identity-rate.js';
import { readInput } from './input.js';
import type { Input } from './input.js';
import { acceptJson } from './json-body.js';
import { acceptBytes } from './raw-body.js';
import type { SizeLimit } from './raw-body.js';
import { receivedWithin } from './receive-time.js';
import { sendAnswer } from './send-answer.js';
import { acceptUploads, dropBody, openUpload } from './upload.js';
import type { Upload } from './upload.js';
import { versioningOf } from './versioning.js';
import { withinTime } from './within-time.js';

export interface RouteLayerOptions {
  ctx: ApiContext;
  handlers: Handlers;
  /** What is asked about a request with a raw body before that is read, and told of one that is too large. */
  receiver: Pick<Receiver, 'arrive' | 'refuseOversized'>;
  timeoutMs: number;
  /** To receive an upload and answer it. */
  uploadTimeoutMs: number;
  /** Requests of one address per minute on the public routes that take credentials. */
  credentialRate: number;
  /** Requests of one identity per minute; 0 sets no limit. */
  identityRate: number;
  /** Ends open streams at shutdown. */
  closing: AbortSignal;
}

interface Serving extends RouteLayerOptions {
  countRequest: CountRequest;
  /** Of requests with a raw body. */
  arrivals: WeakMap<FastifyRequest, Arrival>;
}

interface ServedRoute {
  name: string;
  route: RouteSpec;
}

/**
 * Serves every route of the contract, and no other: authenticate, refuse who may not, only then read the body,
 * validate, call the handler, put the envelope around its answer.
 */
export async function serveRoutes(app: FastifyInstance, options: RouteLayerOptions): Promise<void> {
  const routes = listRoutes();
  const arrivals = new WeakMap<FastifyRequest, Arrival>();
  const serving = { ...options, countRequest: limitIdentities(app, options.identityRate), arrivals };
  for (const [kind, accept] of Object.entries(bodyKinds)) {
    const ofKind = routes.filter(({ route }) => bodyKindOf(route) === kind);
    await app.register(async (scope) => {
      await accept(scope, serving);
      ofKind.forEach((served) => serve(scope, served, serving));
    });
  }
}

const bodyKinds = { json: acceptJson, bytes: acceptDeliveries, upload: acceptUploads };

function bodyKindOf({ rawBody, upload }: RouteSpec): keyof typeof bodyKinds {
  if (upload !== undefined) return 'upload';
  return rawBody ? 'bytes' : 'json';
}

function acceptDeliveries(scope: FastifyInstance, serving: Serving): void {
  acceptBytes(scope, (request) => sizeLimitOf(serving, request));
}

function serve(scope: FastifyInstance, served: ServedRoute, options: Serving): void {
  const { name, route } = served;
  const { countRequest } = options;
  const handler = handlerOf(options.handlers, name);
  const admissions = new WeakMap<FastifyRequest, Admission>();
  const timeoutMs = route.upload ? options.uploadTimeoutMs : options.timeoutMs;
  scope.route({
    method: route.method,
    url: route.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    config: takesCredentials(route)
      ? { rateLimit: { max: options.credentialRate, timeWindow: '1 minute' } }
      : {},
    onRequest: async (request) => {
      const admission = await admit(route, request, options.ctx);
      admissions.set(request, admission);
      if (admission.session) await countRequest(request, admission.session.principal.identityId);
      if (route.rawBody) options.arrivals.set(request, await options.receiver.arrive(request));
    },
    ...(route.upload ? { onError: async (request: FastifyRequest) => dropBody(request) } : {}),
    preParsing: receivedWithin(timeoutMs),
    handler: async (request, reply) => {
      const admission = admissions.get(request);
      if (admission === undefined) throw new Error(`${name} was reached without authentication`);
      const input = readInput(route, request);
      const upload = route.upload ? await openUpload(route.upload, request, input.warnings) : undefined;
      const call = callOf({ request, reply, route, admission, input, upload }, options);
      const { ctx } = options;
      const work = () => decided(name, handler, call);
      const recorded = () => recordingDenials(work, { ctx, route, request, session: admission.session });
      const answer = await withinTime(answerOf(route, call, recorded), timeoutMs);
      return sendAnswer({ route, reply, call, warnings: input.warnings }, answer);
    },
  });
}

function sizeLimitOf({ receiver, arrivals }: Serving, request: FastifyRequest): SizeLimit {
  const arrival = arrivals.get(request);
  if (arrival === undefined) throw new Error('a raw body came before its request was looked at');
  return { bytes: arrival.maxBytes, onExceeded: () => receiver.refuseOversized(arrival) };
}

function handlerOf(handlers: Handlers, name: string): Handler<RouteSpec> {
  const [group = '', member = ''] = name.split('.');
  const byName = handlers as unknown as Record<string, Record<string, Handler<RouteSpec>>>;
  const handler = byName[group]?.[member];
  if (handler === undefined) throw new Error(`${name} has no handler`);
  return handler;
}

function takesCredentials(route: RouteSpec): boolean {
  return route.permission === 'public' && route.path.startsWith('/auth/');
}

interface Arrived {
  request: FastifyRequest;
  reply: FastifyReply;
  route: RouteSpec;
  admission: Admission;
  input: Input;
  upload: Upload | undefined;
}

function callOf({ request, reply, route, admission, input, upload }: Arrived, options: Serving) {
  const { session, access } = admission;
  const call = {
    ctx: options.ctx,
    params: input.params,
    query: input.query,
    body: input.body,
    rawBody: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    upload,
    arrival: options.arrivals.get(request),
    headers: request.headers,
    principal: session?.principal,
    session,
    access,
    caller: {
      requestId: request.id,
      address: request.ip,
      userAgent: request.headers['user-agent']?.slice(0, 512),
      sessionId: session?.sessionId,
      cause: { correlationId: `request:${request.id}` },
    },
    idempotency: route.idempotent
      ? idempotencyOf(request.headers['idempotency-key'], session?.principal.identityId)
      : undefined,
    versioning: versioningOf(route.versioned ? request.headers['if-match'] : undefined, (etag) => {
      reply.header('etag', etag);
    }),
    get signal() {
      return endOf(reply, options.closing);
    },
  };
  return call as Call<RouteSpec>;
}

/** An answer that nobody decided about is not sent. */
async function decided(name: string, handler: Handler<RouteSpec>, call: Call<RouteSpec>): Promise<unknown> {
  const answer = await handler(call);
  if (!call.access.isDecided) throw new Error(`${name} answered without an access decision`);
  return answer;
}

/** The answer of the work, or the one its caller was given for it before. */
function answerOf(
  route: RouteSpec,
  { idempotency, ctx, principal, params, body }: Call<RouteSpec>,
  work: () => Promise<unknown>,
): Promise<unknown> {
  if (idempotency === undefined || principal === undefined) return work();
  const request = { identityId: principal.identityId, route: `${route.method} ${route.path}`, params, body };
  return answerOnce(ctx.db, request, idempotency, work);
}

/** Ends when the connection does, or the process stops. */
function endOf(reply: FastifyReply, closing: AbortSignal): AbortSignal {
  const connection = new AbortController();
  if (reply.raw.destroyed) connection.abort();
  else reply.raw.once('close', () => connection.abort());
  return AbortSignal.any([connection.signal, closing]);
}
