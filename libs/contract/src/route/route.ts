import type { Permission } from '@attune/domain';
import type { z } from 'zod';
import type { ErrorCode } from './error-code.js';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * What a caller needs: nothing (`public`), any valid token (`authenticated`),
 * or a permission. There is no default: a route that does not say is not a route.
 */
export type RoutePermission = 'public' | 'authenticated' | Permission;

/** One thing: `{"data": …, "warnings"?: […]}`. */
export interface OneResponse<S extends z.ZodType = z.ZodType> {
  readonly kind: 'one';
  readonly schema: S;
}

/** A page of things: `{"items": […], "pagination": {…}, "warnings"?: […]}`. */
export interface ListResponse<S extends z.ZodType = z.ZodType> {
  readonly kind: 'list';
  readonly schema: S;
}

/** A document whose shape somebody else defines (JWKS, OpenAPI, health): sent as it is. */
export interface BareResponse<S extends z.ZodType = z.ZodType> {
  readonly kind: 'bare';
  readonly schema: S;
}

/** Bytes of one of these media types, streamed. */
export interface FileResponse {
  readonly kind: 'file';
  readonly contentTypes: readonly [string, ...string[]];
}

/** Sends the caller elsewhere: 303, no body. */
export interface RedirectResponse {
  readonly kind: 'redirect';
}

/** Nothing but the events of `stream`. */
export interface EventsResponse {
  readonly kind: 'events';
}

/** Answers that are JSON, and those that are not. */
export type JsonResponse = OneResponse | ListResponse | BareResponse;
export type ResponseSpec = JsonResponse | FileResponse | RedirectResponse | EventsResponse;

export interface RouteSpec {
  readonly method: HttpMethod;
  /** With OpenAPI placeholders: `/api/v1/rules/{ref}`. */
  readonly path: `/${string}`;
  readonly summary: string;
  readonly description?: string;
  readonly permission: RoutePermission;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  /** Validated JSON body. */
  readonly body?: z.ZodType;
  /** The body is taken as bytes, unparsed, whatever its content type: the sender's signature covers them. */
  readonly rawBody?: true;
  /**
   * The body is one file, read as it comes: the bytes themselves with these fields in the query, or
   * `multipart/form-data` with a part `file` and these fields beside it, before or after. Fields come as text.
   */
  readonly upload?: z.ZodObject;
  readonly response: ResponseSpec;
  /** Success status; 200 unless said. */
  readonly status?: 200 | 201 | 202;
  /** Events sent as `text/event-stream`, always or when the query asks with `follow=true`: name → data. */
  readonly stream?: Readonly<Record<string, z.ZodType>>;
  /** Creates work and honours `Idempotency-Key`. */
  readonly idempotent?: true;
  /** Answers a definition with its version as ETag; a change may demand one by If-Match. */
  readonly versioned?: true;
  /** Codes beyond those any route with its features may answer. */
  readonly errors?: readonly ErrorCode[];
}

export function defineRoute<const S extends RouteSpec>(spec: S): S {
  return spec;
}

export function one<S extends z.ZodType>(schema: S): OneResponse<S> {
  return { kind: 'one', schema };
}

export function list<S extends z.ZodType>(schema: S): ListResponse<S> {
  return { kind: 'list', schema };
}

export function bare<S extends z.ZodType>(schema: S): BareResponse<S> {
  return { kind: 'bare', schema };
}

export function file(...contentTypes: readonly [string, ...string[]]): FileResponse {
  return { kind: 'file', contentTypes };
}

export const redirect: RedirectResponse = { kind: 'redirect' };

export const eventsOnly: EventsResponse = { kind: 'events' };
