import type { z } from 'zod';
import type { Pagination } from '../route/envelope.js';
import type { RouteSpec } from '../route/route.js';

/** What a call of a route takes. Params and query are given as values, not as text. */
export type CallInput<R extends RouteSpec> = ParamsPart<R> &
  QueryPart<R> &
  BodyPart<R> &
  RawBodyPart<R> &
  UploadPart<R> & { idempotencyKey?: string; signal?: AbortSignal };

/** Bytes to send: they are read as they are sent, and never held whole. */
export type UploadContent = Blob | Uint8Array | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

/** What a call of a route answers: the envelope as it is on the wire, or the answer unread when it is no JSON. */
export type CallOutput<R extends RouteSpec> = R['response'] extends {
  kind: infer K;
  schema: infer S extends z.ZodType;
}
  ? K extends 'one'
    ? { data: z.output<S>; warnings?: string[] }
    : K extends 'list'
      ? { items: z.output<S>[]; pagination: Pagination; warnings?: string[] }
      : z.output<S>
  : Response;

/** The input may be left out when nothing in it is required. */
export type ClientMethod<R extends RouteSpec> = (
  ...input: Partial<CallInput<R>> extends CallInput<R> ? [input?: CallInput<R>] : [input: CallInput<R>]
) => Promise<CallOutput<R>>;

/** One event of a stream: its name, its id when it has one, and its data. */
export type StreamEvent<R extends RouteSpec> = R extends { stream: infer E extends Record<string, z.ZodType> }
  ? { [K in keyof E & string]: { event: K; id?: string; data: z.output<E[K]> } }[keyof E & string]
  : never;

type ParamsPart<R extends RouteSpec> = R extends { params: infer S extends z.ZodType }
  ? { params: z.output<S> }
  : unknown;

type QueryPart<R extends RouteSpec> = R extends { query: infer S extends z.ZodType }
  ? { query?: z.output<S> }
  : unknown;

type BodyPart<R extends RouteSpec> = R extends { body: infer S extends z.ZodType }
  ? { body: z.input<S> }
  : unknown;

type RawBodyPart<R extends RouteSpec> = R extends { rawBody: true }
  ? { rawBody?: string | Uint8Array; headers?: Record<string, string> }
  : unknown;

type UploadPart<R extends RouteSpec> = R extends { upload: infer S extends z.ZodType }
  ? { content: UploadContent; contentType?: string; fields?: z.input<S> }
  : unknown;
