import { ApiError, UnreachableError } from './api-error.js';
import { createClient } from './client.js';
import type { Client } from './client.js';

interface Sent {
  url: string;
  init: RequestInit;
}

function clientWith(answers: (() => Response | Promise<Response>)[]) {
  const sent: Sent[] = [];
  const client = createClient({
    baseUrl: 'http://attune.test/prefix/',
    token: async () => 'a-token',
    fetch: async (url, init) => {
      sent.push({ url: url as string, init: init ?? {} });
      const answer = answers[sent.length - 1];
      if (answer === undefined) throw new TypeError('fetch failed', { cause: new Error('ECONNREFUSED') });
      return answer();
    },
  });
  return { client, sent };
}

const json =
  (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  () =>
    Response.json(body, { status, headers });

async function readLog(client: Client) {
  const events = [];
  for await (const event of client.followLog(7)) events.push(event);
  return events;
}

function headersOf(sent: Sent | undefined): Headers {
  return new Headers(sent?.init.headers);
}

test('a call becomes the request that the contract describes', async () => {
  const { client, sent } = clientWith([json({ data: {} }, 201)]);
  await client.executions.execute({ body: { action_ref: 'core.echo' }, idempotencyKey: 'k1' });
  expect(sent[0]).toMatchObject({
    url: 'http://attune.test/prefix/api/v1/executions/execute',
    init: { method: 'POST', body: '{"action_ref":"core.echo"}' },
  });
  const headers = headersOf(sent[0]);
  expect(headers.get('authorization')).toBe('Bearer a-token');
  expect(headers.get('idempotency-key')).toBe('k1');
  expect(headers.get('content-type')).toBe('application/json');
});

test('path parameters are escaped, absent query parameters left out', async () => {
  const { client, sent } = clientWith([json({ items: [] }), json({ data: {} })]);
  await client.rules.list({ query: { pack_ref: 'a b', enabled: false, cursor: undefined } });
  await client.rules.get({ params: { ref: '../../auth/me' } });
  expect(sent.map(({ url }) => url)).toEqual([
    'http://attune.test/prefix/api/v1/rules?pack_ref=a+b&enabled=false',
    'http://attune.test/prefix/api/v1/rules/..%2F..%2Fauth%2Fme',
  ]);
});

test('an error answer is an ApiError with its details', async () => {
  const details = [{ path: 'ref', message: 'is required' }];
  const body = { error: 'no', code: 'VALIDATION_ERROR', details, request_id: 'r1' };
  const { client } = clientWith([json(body, 422, { 'retry-after': '3' })]);
  const error = await client.rules.list().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({
    status: 422,
    code: 'VALIDATION_ERROR',
    details,
    requestId: 'r1',
    retryAfter: 3,
  });
});

test('an error answer of somebody else in between is an ApiError too', async () => {
  const { client } = clientWith([() => new Response('<html>Bad gateway</html>', { status: 502 })]);
  await expect(client.rules.list()).rejects.toMatchObject({
    status: 502,
    message: 'the server answered 502',
  });
});

test('no answer is an UnreachableError that says why', async () => {
  const { client } = clientWith([]);
  const error = await client.rules.list().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UnreachableError);
  expect(String(error)).toContain('cannot reach http://attune.test/prefix/: ECONNREFUSED');
});

test('a log that is cut goes on after the last chunk seen', async () => {
  const chunk = (position: string) =>
    `id: ${position}\nevent: chunk\ndata: ${JSON.stringify({ position, content: position })}\n\n`;
  const { client, sent } = clientWith([
    () => new Response(chunk('1.1') + chunk('1.2')),
    () => new Response(`${chunk('1.3')}event: end\ndata: {"status":"completed"}\n\n`),
  ]);
  const events = await readLog(client);
  expect(events.map(({ event, id }) => [event, id])).toEqual([
    ['chunk', '1.1'],
    ['chunk', '1.2'],
    ['chunk', '1.3'],
    ['end', undefined],
  ]);
  expect(sent.map((each) => headersOf(each).get('last-event-id'))).toEqual([null, '1.2']);
});

test('a log that may not be read is not asked for again', async () => {
  const { client, sent } = clientWith([json({ error: 'no', code: 'FORBIDDEN' }, 403)]);
  await expect(readLog(client)).rejects.toBeInstanceOf(ApiError);
  expect(sent).toHaveLength(1);
});
