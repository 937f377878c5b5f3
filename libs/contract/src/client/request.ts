import type { RouteSpec } from '../route/route.js';
import { ApiError, UnreachableError } from './api-error.js';
import type { UploadContent } from './call.js';
import type { ClientOptions } from './client.js';

const defaultTimeoutMs = 30_000;

export interface RequestInput {
  params?: Record<string, string | number>;
  query?: Record<string, string | number | boolean | readonly string[] | null | undefined>;
  body?: unknown;
  rawBody?: string | Uint8Array;
  content?: UploadContent;
  contentType?: string;
  fields?: Record<string, string | number | boolean | null | undefined>;
  headers?: Record<string, string>;
  idempotencyKey?: string;
  signal?: AbortSignal;
}

/** One request, one answer; throws `ApiError` or `UnreachableError`. */
export async function sendRequest(
  options: ClientOptions,
  route: RouteSpec,
  input: RequestInput,
): Promise<unknown> {
  const response = await openResponse(options, route, inTime(options, route, input));
  if (!('schema' in route.response)) return response;
  try {
    return await response.json();
  } catch (error) {
    throw new UnreachableError(options.baseUrl, error);
  }
}

/** What streams takes as long as it takes. */
function inTime(options: ClientOptions, route: RouteSpec, input: RequestInput): RequestInput {
  if (route.upload !== undefined || route.response.kind === 'file') return input;
  const timeout = AbortSignal.timeout(options.timeoutMs ?? defaultTimeoutMs);
  return { ...input, signal: input.signal ? AbortSignal.any([input.signal, timeout]) : timeout };
}

/** The answer with its body unread; errors of the server are thrown already. */
export async function openResponse(
  options: ClientOptions,
  route: RouteSpec,
  input: RequestInput,
): Promise<Response> {
  const init = await requestInit(options, route, input);
  let response: Response;
  try {
    response = await (options.fetch ?? fetch)(routeUrl(options.baseUrl, route, input), init);
  } catch (error) {
    if (input.signal?.aborted && input.signal.reason?.name === 'AbortError') throw error;
    throw new UnreachableError(options.baseUrl, causeOfFetch(error));
  }
  if (response.status >= 400) throw await readError(response);
  return response;
}

function routeUrl(baseUrl: string, route: RouteSpec, input: RequestInput): string {
  const { params = {}, query = {}, fields = {} } = input;
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(params[name])),
  );
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...query, ...fields })) {
    if (value !== undefined && value !== null) search.append(name, String(value));
  }
  const text = search.toString();
  return `${baseUrl.replace(/\/+$/, '')}${path}${text === '' ? '' : `?${text}`}`;
}

async function requestInit(
  options: ClientOptions,
  route: RouteSpec,
  input: RequestInput,
): Promise<RequestInit> {
  const headers = new Headers({ accept: 'application/json', ...input.headers });
  const token = typeof options.token === 'function' ? await options.token() : options.token;
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
  if (input.idempotencyKey !== undefined) headers.set('idempotency-key', input.idempotencyKey);
  const init: RequestInit = { method: route.method, headers, redirect: 'manual' };
  if (input.signal) init.signal = input.signal;
  if (input.content !== undefined) {
    headers.set('content-type', input.contentType ?? 'application/octet-stream');
    Object.assign(init, { body: bodyOf(input.content), duplex: 'half' });
  }
  if (input.rawBody !== undefined) init.body = input.rawBody as NonNullable<RequestInit['body']>;
  if (input.body !== undefined) {
    headers.set('content-type', 'application/json');
    init.body = JSON.stringify(input.body);
  }
  return init;
}

function bodyOf(content: UploadContent): Blob | Uint8Array | ReadableStream {
  if (content instanceof Blob || content instanceof Uint8Array || content instanceof ReadableStream)
    return content;
  const chunks = content[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    pull: async (stream) => {
      const { done, value } = await chunks.next();
      if (done) stream.close();
      else stream.enqueue(value);
    },
    cancel: async () => void (await chunks.return?.()),
  });
}

async function readError(response: Response): Promise<ApiError> {
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  const text = await response.text();
  return new ApiError(response.status, parseBody(text), Number.isNaN(retryAfter) ? undefined : retryAfter);
}

function parseBody(text: string): object {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? body : {};
  } catch {
    return {};
  }
}

/** fetch hides `ECONNREFUSED` in the cause of "fetch failed". */
function causeOfFetch(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof Error ? error.cause : error;
}
