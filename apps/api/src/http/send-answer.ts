import type { RouteSpec } from '@attune/contract';
import type { FastifyReply } from 'fastify';
import { AnswerWith, EventStream, ForeignAnswer } from './call.js';
import type { Call, FileAnswer, RedirectAnswer } from './call.js';
import type { Page } from './page.js';
import { renderEvents } from './server-sent-events.js';

const keepAliveMs = 15_000;

export interface Answered {
  route: RouteSpec;
  reply: FastifyReply;
  call: Pick<Call<RouteSpec>, 'signal'>;
  warnings: string[];
}

/** Puts around what a handler gave back what the contract says: envelope, file, redirect or stream. */
export function sendAnswer({ route, reply, call, warnings }: Answered, answer: unknown): unknown {
  if (answer instanceof ForeignAnswer) return reply.code(200).type(answer.contentType).send(answer.body);
  if (answer instanceof AnswerWith)
    return sendAs(answer.status, answer.answer, { route, reply, call, warnings });
  return sendAs(route.status ?? 200, answer, { route, reply, call, warnings });
}

function sendAs(status: number, answer: unknown, { route, reply, call, warnings }: Answered): unknown {
  reply.code(status);
  if (answer instanceof EventStream) return sendStream(reply, answer, call.signal);
  const extra = warnings.length === 0 ? {} : { warnings };
  switch (route.response.kind) {
    case 'one':
      return { data: answer, ...extra };
    case 'list': {
      const { items, pagination } = answer as Page<unknown>;
      return { items, pagination, ...extra };
    }
    case 'bare':
      return answer;
    case 'file':
      return sendFile(reply, answer as FileAnswer);
    case 'redirect':
      return sendElsewhere(reply, answer as RedirectAnswer);
    case 'events':
      throw new Error(`${route.method} ${route.path} has nothing to send but events`);
  }
}

function sendStream(reply: FastifyReply, { events, cut }: EventStream, call: AbortSignal): FastifyReply {
  const signal = cut === undefined ? call : AbortSignal.any([call, cut]);
  return (
    reply
      .type('text/event-stream; charset=utf-8')
      // A stream that ends at shutdown leaves no idle connection to wait for.
      .header('connection', 'close')
      .header('cache-control', 'no-store')
      .header('x-accel-buffering', 'no')
      .send(renderEvents(events, { signal, keepAliveMs }))
  );
}

function sendFile(reply: FastifyReply, { content, contentType, headers, status }: FileAnswer): FastifyReply {
  if (status !== undefined) reply.code(status);
  return reply
    .type(contentType)
    .headers(headers ?? {})
    .send(content);
}

function sendElsewhere(reply: FastifyReply, { location, headers }: RedirectAnswer): FastifyReply {
  return reply
    .code(303)
    .headers({ 'cache-control': 'no-store', ...headers, location })
    .send();
}
