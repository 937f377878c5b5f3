import type { z } from 'zod';
import type { RouteSpec } from '../route/route.js';
import { routes } from '../routes.js';
import type { Routes } from '../routes.js';
import type { ClientMethod, StreamEvent } from './call.js';
import { followEvents, openStream } from './follow.js';
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
    options?: { after?: string; signal?: AbortSignal },
  ): AsyncIterable<StreamEvent<Routes['executions']['log']>>;
  /** A backtest as it goes on; the last event is the result. One that is cut is not taken up again. */
  followBacktest(
    body: z.input<Routes['rules']['backtest']['body']>,
    options?: { signal?: AbortSignal },
  ): AsyncIterable<StreamEvent<Routes['rules']['backtest']>>;
  /**
   * Follows changes until the signal ends. Cut connections are taken up again where they broke, on whatever server
   * answers; after a `reset` read again what you show.
   */
  followChanges(options?: {
    filter?: ChangeQuery;
    after?: string;
    signal?: AbortSignal;
  }): AsyncIterable<StreamEvent<Routes['streams']['changes']>>;
};

export type ChangeQuery = Omit<z.output<Routes['streams']['changes']['query']>, 'after'>;

/** Failures in a row before a log is given up; changes are for those who stay. */
const logPatience = 6;

export function createClient(options: ClientOptions): Client {
  const groups = Object.entries(routes).map(([name, group]) => [name, bindGroup(options, group)]);
  return {
    ...Object.fromEntries(groups),
    followLog: (id: number, from: { after?: string; signal?: AbortSignal } = {}) =>
      followEvents(options, routes.executions.log, {
        params: { id },
        query: { follow: true },
        last: 'end',
        patience: logPatience,
        ...from,
      }),
    followBacktest: (body: object, from: { signal?: AbortSignal } = {}) =>
      openStream(options, routes.rules.backtest, { query: { follow: true }, body, ...from }),
    followChanges: ({ filter, ...from }: Parameters<Client['followChanges']>[0] = {}) =>
      followEvents(options, routes.streams.changes, {
        query: filter ?? {},
        patience: Number.POSITIVE_INFINITY,
        ...from,
      }),
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
