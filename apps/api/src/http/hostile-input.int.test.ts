import type { Answer } from '../testing/test-api.js';
import { useTestApi } from '../testing/test-api.js';

const t = useTestApi();

/** Correct bodies; each of their values is replaced in turn. */
const bodies: readonly [string, string, Record<string, unknown>][] = [
  ['POST', '/auth/login', { login: 'ada', password: 'x' }],
  ['POST', '/auth/refresh', { refresh_token: 'x' }],
  ['POST', '/auth/setup', { setup_token: 'x', login: 'ada', password: 'a long password', display_name: 'x' }],
  [
    'POST',
    '/api/v1/packs',
    {
      ref: 'odd',
      label: 'x',
      version: '1.0.0',
      description: 'x',
      conf_schema: {},
      config: {},
      meta: {},
      tags: ['x'],
    },
  ],
  [
    'POST',
    '/api/v1/triggers',
    { ref: 'core.odd', label: 'x', description: 'x', param_schema: {}, out_schema: {} },
  ],
  [
    'POST',
    '/api/v1/actions',
    {
      ref: 'core.odd',
      label: 'x',
      runtime_ref: 'core.shell',
      entrypoint: 'true',
      param_schema: {},
      timeout_seconds: 1,
      retry: { count: 1, delay: 1, on: ['failed'] },
    },
  ],
  [
    'POST',
    '/api/v1/rules',
    {
      ref: 'core.odd',
      label: 'x',
      trigger_ref: 'core.webhook',
      trigger_params: {},
      conditions: [{ field: 'a', operator: 'equals', value: 'x' }],
      action_ref: 'core.echo',
      action_params: { message: 'x' },
    },
  ],
  [
    'PATCH',
    '/api/v1/rules/core.base',
    { label: 'x', description: 'x', conditions: 'true', action_params: {} },
  ],
  [
    'POST',
    '/api/v1/events',
    { trigger_ref: 'core.webhook', payload: { a: 'x' }, config: {}, dedupe_key: 'x' },
  ],
  ['POST', '/api/v1/events', { events: [{ trigger_ref: 'core.webhook', payload: 'x' }] }],
  [
    'POST',
    '/api/v1/executions/execute',
    { action_ref: 'core.echo', parameters: { message: 'x' }, env_vars: { A: 'x' }, timeout_seconds: 5 },
  ],
  [
    'POST',
    '/api/v1/triggers/core.webhook/webhooks/enable',
    {
      verification: { preset: 'hmac', secret: 'long enough', header: 'X-A', prefix: 'x' },
      methods: ['POST'],
      dedupe_header: 'X-B',
    },
  ],
];

const hostile: readonly unknown[] = [
  null,
  true,
  -1,
  1e308,
  '',
  '\u0000',
  '\ud800',
  'x'.repeat(100_000),
  "'; drop table attune.rule; --",
  '{{ "x" }}',
  '{{',
  [],
  {},
  [null],
  { __proto__: null, constructor: 'x', toString: 1 },
  JSON.parse('{"__proto__": {"admin": true}}'),
  nested(2000),
];

beforeAll(async () => {
  const json = { ref: 'core.base', label: 'x', trigger_ref: 'core.webhook', action_ref: 'core.noop' };
  await t.request('POST', '/api/v1/rules', { token: await t.admin(), json });
});

test.each(bodies)('%s %s answers every odd value as the fault of its sender', async (method, path, body) => {
  const token = await t.admin();
  const odd = [...variants(body)];
  const answers = await Promise.all(odd.map(([, json]) => t.request(method, path, { token, json })));
  answers.forEach((answer, index) => expectClear(answer, odd[index]?.[0] ?? ''));
});

test.each([
  ['an array', '['.repeat(100_000) + ']'.repeat(100_000)],
  ['an object', '{"a":'.repeat(50_000) + '1' + '}'.repeat(50_000)],
])('%s nested without end is refused or kept, and breaks nothing', async (_what, payload) => {
  const body = `{"trigger_ref":"core.webhook","payload":${payload}}`;
  const headers = { 'content-type': 'application/json', 'idempotency-key': 'deep' };
  const answer = await t.request('POST', '/api/v1/events', { token: await t.admin(), headers, body });
  expectClear(answer, 'payload');
  expect((await t.request('GET', '/health')).status).toBe(200);
});

test.each([
  '/api/v1/rules?pack_ref=a&pack_ref=b',
  '/api/v1/rules?page=1&page=2',
  '/api/v1/rules?__proto__=x&constructor=y',
  '/api/v1/rules?page_size=1e9',
  '/api/v1/executions?enforcement=9223372036854775808',
  '/api/v1/executions?action_ref=%25%5F%5C*',
  `/api/v1/rules?pack_ref=${'*'.repeat(200)}`,
  '/api/v1/actions?search=%00',
  '/api/v1/packs?tag=%ED%A0%80',
  '/api/v1/ledger?since=yesterday',
  '/api/v1/ledger?since=0000-01-01T00:00:00Z',
])('%s breaks nothing', async (path) => {
  expectClear(await t.request('GET', path, { token: await t.admin() }), path);
});

test('nothing of the server is told, whatever was asked', () => {
  expect(t.lines.filter((line) => line.includes('"event":"http.failed"'))).toEqual([]);
});

function expectClear({ status, body }: Answer, place: string): void {
  expect({ place, isServerFault: status >= 500 && status !== 501 && status !== 503 }).toEqual({
    place,
    isServerFault: false,
  });
  if (status < 400) return;
  expect({ place, error: body.error }).toEqual({ place, error: expect.any(String) });
  expect(JSON.stringify(body)).not.toMatch(/syntax error|violates|pg_|relation|node_modules|at \//);
}

function* variants(body: Record<string, unknown>): Generator<[string, unknown]> {
  for (const path of pathsOf(body)) {
    for (const value of hostile) yield [`${path.join('.')} = ${show(value)}`, replaced(body, path, value)];
  }
  for (const value of hostile) yield [`body = ${show(value)}`, value];
}

function pathsOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  const below = Object.entries(value).flatMap(([name, child]) => pathsOf(child, [...path, name]));
  return path.length === 0 ? below : [path, ...below];
}

function replaced(value: unknown, [step, ...rest]: string[], leaf: unknown): unknown {
  if (step === undefined) return leaf;
  if (Array.isArray(value))
    return value.map((item, index) => (String(index) === step ? replaced(item, rest, leaf) : item));
  const fields = value as Record<string, unknown>;
  return { ...fields, [step]: replaced(fields[step], rest, leaf) };
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = { a: value };
  return value;
}

function show(value: unknown): string {
  return (JSON.stringify(value) ?? 'undefined').slice(0, 40);
}
