import { z } from 'zod';

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

const headerValue = z.union([z.string(), z.number(), z.boolean()]).transform(String);

/** What the http runtime understands; an action may have more parameters than these. */
const parameters = z.object({
  url: z.string().min(1),
  method: z.enum(methods).default('GET'),
  headers: z.record(z.string(), headerValue).default({}),
  query_params: z.record(z.string(), z.unknown()).default({}),
  body: z.string().optional(),
  json_body: z.unknown().optional(),
  timeout: z.number().positive().max(86_400).default(30),
  auth_type: z.enum(['none', 'basic', 'bearer']).default('none'),
  auth_username: z.string().default(''),
  auth_password: z.string().default(''),
  auth_token: z.string().default(''),
  follow_redirects: z.boolean().default(true),
  max_redirects: z.int().min(0).max(20).default(5),
  verify_ssl: z.boolean().default(true),
  expected_status: z.union([z.int(), z.array(z.int()).min(1)]).optional(),
});

type Parameters = z.output<typeof parameters>;

/** One request, before any redirect. */
export interface HttpCall {
  readonly url: URL;
  readonly method: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly timeoutMs: number;
  readonly maxRedirects: number;
  readonly verifyTls: boolean;
  readonly isExpected: (status: number) => boolean;
}

/** Throws with what is wrong with the parameters. */
export function httpCall(values: Readonly<Record<string, unknown>>): HttpCall {
  const checked = parameters.safeParse(withoutNulls(values));
  if (!checked.success) throw new Error(checked.error.issues.map(problem).join('; '));
  const request = checked.data;
  return {
    url: urlOf(request),
    method: request.method,
    headers: headersOf(request),
    body: request.json_body === undefined ? request.body : JSON.stringify(request.json_body),
    timeoutMs: request.timeout * 1000,
    maxRedirects: request.follow_redirects ? request.max_redirects : 0,
    verifyTls: request.verify_ssl,
    isExpected: expectation(request.expected_status),
  };
}

export function parseHttpUrl(text: string, base?: URL): URL {
  const url = URL.canParse(text, base?.href) ? new URL(text, base) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new Error(`${JSON.stringify(text)} is not an http or https address`);
}

function withoutNulls(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}

function problem({ path, message }: z.core.$ZodIssue): string {
  return `parameters.${path.join('.')}: ${message}`;
}

function urlOf({ url: text, query_params }: Parameters): URL {
  const url = parseHttpUrl(text);
  for (const [name, value] of Object.entries(query_params))
    for (const each of Array.isArray(value) ? value : [value])
      if (each !== null && each !== undefined) url.searchParams.append(name, textOf(each));
  return url;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function headersOf(request: Parameters): Record<string, string> {
  const given = Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    accept: '*/*',
    'accept-encoding': 'gzip, deflate, br',
    'user-agent': 'attune',
    ...(request.json_body === undefined ? {} : { 'content-type': 'application/json' }),
    ...authorization(request),
    ...(Object.fromEntries(given) as Record<string, string>),
  };
}

function authorization(request: Parameters): Record<string, string> {
  const { auth_type, auth_username, auth_password, auth_token } = request;
  if (auth_type === 'none') return {};
  if (auth_type === 'bearer') return { authorization: `Bearer ${auth_token}` };
  return { authorization: `Basic ${Buffer.from(`${auth_username}:${auth_password}`).toString('base64')}` };
}

function expectation(expected: Parameters['expected_status']): HttpCall['isExpected'] {
  if (expected === undefined) return (status) => status < 400;
  const wanted = new Set([expected].flat());
  return (status) => wanted.has(status);
}
