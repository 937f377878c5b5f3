import type { Session } from '@attune/access';
import type { RouteSpec, Routes, StreamEvent } from '@attune/contract';
import type { Principal } from '@attune/domain';
import type { Cause } from '@attune/mq';
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { Access } from '../access/access.js';
import type { ApiContext } from '../context.js';
import type { Arrival } from '../webhooks/arrival.js';
import type { Idempotency } from './idempotency.js';
import type { Page } from './page.js';
import type { Upload } from './upload.js';
import type { Versioning } from './versioning.js';

/** One request after authentication, the first authorisation and validation. */
export interface Call<R extends RouteSpec> {
  readonly ctx: ApiContext;
  readonly params: Output<R, 'params'>;
  readonly query: Output<R, 'query'>;
  readonly body: Output<R, 'body'>;
  /** Bytes as they came; only for routes with `rawBody`. */
  readonly rawBody: Buffer;
  /** The file it brings, on routes that take one. */
  readonly upload: R extends { upload: infer S extends z.ZodType } ? Upload<z.output<S>> : undefined;
  /** What was found out before the body was read; only for routes with `rawBody`. */
  readonly arrival: R extends { rawBody: true } ? Arrival : undefined;
  readonly headers: IncomingHttpHeaders;
  /** Undefined on public routes. */
  readonly principal: R['permission'] extends 'public' ? Principal | undefined : Principal;
  /** How the caller is known. Undefined on public routes. */
  readonly session: R['permission'] extends 'public' ? Session | undefined : Session;
  readonly access: Access;
  readonly caller: Caller;
  readonly versioning: Versioning;
  /** Of a request with an Idempotency-Key: keys that make the work itself happen once. */
  readonly idempotency: Idempotency | undefined;
  /** Ends with the connection, the time limit or the shutdown. */
  readonly signal: AbortSignal;
}

export interface Caller {
  readonly requestId: string;
  /** Client address; X-Forwarded-For counts only from configured proxies. */
  readonly address: string;
  readonly userAgent: string | undefined;
  readonly sessionId: string | undefined;
  /** What messages caused by this request carry. */
  readonly cause: Cause;
}

export type Handler<R extends RouteSpec> = (call: Call<R>) => Promise<Answer<R>>;

/** What a handler gives back; the route layer puts the envelope around it. */
export type Answer<R extends RouteSpec> =
  | (R['response'] extends { kind: 'list'; schema: infer S extends z.ZodType }
      ? Page<z.input<S>>
      : R['response'] extends { schema: infer S extends z.ZodType }
        ? z.input<S>
        : R['response'] extends { kind: 'file' }
          ? FileAnswer
          : RedirectAnswer)
  | (R extends { stream: object } ? EventStream<R> : never)
  | (R extends { rawBody: true; response: { schema: infer S extends z.ZodType } }
      ? ForeignAnswer | AnswerWith<z.input<S>>
      : never);

/** An answer that is sent as `text/event-stream` while it comes. */
export class EventStream<R extends RouteSpec = RouteSpec> {
  constructor(
    readonly events: AsyncIterable<StreamEvent<R>>,
    /** Ends the stream although its reader does not read. */
    readonly cut?: AbortSignal,
  ) {}
}

/** An answer in the form of somebody else's protocol: sent as it is, with status 200. */
export class ForeignAnswer {
  constructor(
    readonly contentType: string,
    readonly body: string,
  ) {}
}

/** An answer whose status depends on what happened. */
export class AnswerWith<T> {
  constructor(
    readonly status: number,
    readonly answer: T,
  ) {}
}

/** Bytes as they come; they are never held whole. */
export interface FileAnswer {
  readonly content: Readable | string;
  /** With charset where it is text; one of those that the contract names. */
  readonly contentType: string;
  /** `content-length`, `content-range`, `content-disposition`, caching. */
  readonly headers?: Readonly<Record<string, string>>;
  /** 206 for a part. */
  readonly status?: 200 | 206;
}

/** Where the caller goes on, and what its browser keeps until then. */
export interface RedirectAnswer {
  readonly location: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
}

/** One handler per route of the contract: a missing or a spare one does not compile. */
export type Handlers = {
  readonly [G in keyof Routes]: GroupHandlers<Routes[G]>;
};

export type GroupHandlers<G> = {
  readonly [N in keyof G]: G[N] extends RouteSpec ? Handler<G[N]> : never;
};

type Output<R, K extends 'params' | 'query' | 'body'> = R extends { [P in K]: infer S extends z.ZodType }
  ? z.output<S>
  : undefined;
