import type { z } from 'zod';
import type { Pagination } from '../route/envelope.js';
import type { RouteSpec } from '../route/route.js';
import { routes } from '../routes.js';
import type { Routes } from '../routes.js';
import { followEvents } from './follow.js';
import { sendRequest } from './request.js';

export interface ClientOptions {
  /** `http://127.0.0.1:8080`, with or without a path prefix. */
  baseUrl: string;
  /** Access or API token; a function is asked before each request. */
  token?: string | (() => string | undefined | Promise<string | undefined>);
  fetch?: typeof fetch;
  /** Milliseconds until a request that is not a stream is given up; 30,000 unless said. */
  timeoutMs?: number;
}

type Field<S, K extends string> = S extends z.ZodType ? { [P in K]: z.input<S> } : unknown;
type Part<R extends RouteSpec, K extends 'params' | 'body'> = R extends { [P in K]: infer S }
  ? Field<S, K>
  : unknown;
type QueryPart<R extends RouteSpec> = R extends { query: infer S extends z.ZodType }
  ? { query?: Loose<z.output<S>> }
  : unknown;
type Loose<T> = { [K in keyof T]: T[K] };
type RawPart<R extends RouteSpec> = R extends { rawBody: true }
  ? { rawBody?: string | Uint8Array; headers?: Record<string, string> }
  : unknown;

/** What a call of a route takes. Params and query are given as values, not as text. */
export type CallInput<R extends RouteSpec> = ParamsPart<R> &
  Part<R, 'body'> &
  QueryPart<R> &
  RawPart<R> & { idempotencyKey?: string; signal?: AbortSignal };
type ParamsPart<R extends RouteSpec> = R extends { params: infer S extends z.ZodType }
  ? { params: { [K in keyof z.output<S>]: z.output<S>[K] } }
  : unknown;

/** What a call of a route answers: the envelope as it is on the wire. */
export type CallOutput<R extends RouteSpec> = R['response'] extends {
  kind: infer K;
  schema: infer S extends z.ZodType;
}
  ? K extends 'one'
    ? { data: z.output<S>; warnings?: string[] }
    : K extends 'list'
      ? { items: z.output<S>[]; pagination: Pagination; warnings?: string[] }
      : z.output<S>
  : never;

/** One event of a stream: its name, its id when it has one, and its data. */
export type StreamEvent<R extends RouteSpec> = R extends { stream: infer E extends Record<string, z.ZodType> }
  ? { [K in keyof E & string]: { event: K; id?: string; data: z.output<E[K]> } }[keyof E & string]
  : never;

type Optional<T> = Record<never, never> extends T ? [input?: T] : [input: T];

export type ClientMethod<R extends RouteSpec> = (...input: Optional<CallInput<R>>) => Promise<CallOutput<R>>;

/** `client.rules.create({ body })`; errors are `ApiError` (answered) and `UnreachableError` (not answered). */
export type Client = {
  readonly [G in keyof Routes]: {
    readonly [N in keyof Routes[G]]: Routes[G][N] extends RouteSpec ? ClientMethod<Routes[G][N]> : never;
  };
} & {
  /**
   * Follows the log of an execution to its end. Cut connections are taken up
   * again where they broke, so each chunk comes once and in order.
   */
  followLog(
    id: number,
    options?: { after?: number; signal?: AbortSignal },
  ): AsyncIterable<StreamEvent<Routes['executions']['log']>>;
};

export function createClient(options: ClientOptions): Client {
  const groups = Object.entries(routes).map(([name, group]) => [name, bindGroup(options, group)]);
  return {
    ...Object.fromEntries(groups),
    followLog: (id: number, from: { after?: number; signal?: AbortSignal } = {}) =>
      followEvents(options, routes.executions.log, { id, ...from }),
  } as Client;
}

function bindGroup(options: ClientOptions, group: Readonly<Record<string, RouteSpec>>) {
  return Object.fromEntries(
    Object.entries(group).map(([name, route]) => [
      name,
      (input: object = {}) => sendRequest(options, route, input),
    ]),
  );
}
