import { connect } from 'node:net';
import { listRoutes } from '@attune/contract';
import { useTestApi } from '../testing/test-api.js';

const t = useTestApi({ api: { body_limit_bytes: 2048 } });

test('malformed JSON is a 400 that says where', async () => {
  const token = await t.admin();
  const answer = await t.request('POST', '/api/v1/events', {
    token,
    headers: { 'content-type': 'application/json' },
    body: '{\n  "trigger_ref": "a.b",\n  "payload": {"x": 1,}\n}',
  });
  expect(answer.status).toBe(400);
  expect(answer.body).toMatchObject({
    code: 'BAD_REQUEST',
    error: 'the request body is not valid JSON',
    details: [{ path: '', message: expect.stringContaining('line 3') }],
    request_id: answer.headers.get('x-request-id'),
  });
});

test('a body that is too large is a 413', async () => {
  const token = await t.admin();
  const json = { trigger_ref: 'core.webhook', payload: 'x'.repeat(3000) };
  const answer = await t.request('POST', '/api/v1/events', { token, json });
  expect(answer).toMatchObject({ status: 413, body: { code: 'PAYLOAD_TOO_LARGE' } });
});

test('a body that is not JSON is a 415 that says what to send', async () => {
  const token = await t.admin();
  const answer = await t.request('POST', '/api/v1/events', {
    token,
    headers: { 'content-type': 'text/plain' },
    body: 'x',
  });
  expect(answer).toMatchObject({
    status: 415,
    body: { code: 'UNSUPPORTED_MEDIA_TYPE', error: expect.stringContaining('application/json') },
  });
});

test('no body where one is needed is a 422', async () => {
  const token = await t.admin();
  const answer = await t.request('POST', '/api/v1/events', { token });
  expect(answer).toMatchObject({
    status: 422,
    body: { code: 'VALIDATION_ERROR', details: [{ message: 'is required' }] },
  });
});

test('an unknown address is a 404, a wrong method a 405 with those there are', async () => {
  expect(await t.request('GET', '/api/v1/nothing')).toMatchObject({
    status: 404,
    body: { code: 'NOT_FOUND' },
  });
  const wrong = await t.request('DELETE', '/api/v1/executions/7/history');
  expect(wrong).toMatchObject({ status: 405, body: { code: 'METHOD_NOT_ALLOWED' } });
  expect(wrong.headers.get('allow')).toBe('GET');
});

test.each([
  '/api/v1/events/seven',
  '/api/v1/events/1.5',
  '/api/v1/events/-1',
  '/api/v1/events/99999999999999999999',
])('%s is refused with the path of the fault', async (path) => {
  const token = await t.admin();
  expect(await t.request('GET', path, { token })).toMatchObject({
    status: 422,
    body: { details: [{ path: 'path.id' }] },
  });
});

test.each([
  ['page=0', 'query.page'],
  ['page_size=many', 'query.page_size'],
  ['cursor=nonsense', 'query.cursor'],
  [`cursor=${Buffer.from('["x","y"]').toString('base64url')}`, 'query.cursor'],
  [`cursor=${Buffer.from('["x"]').toString('base64url')}`, 'query.cursor'],
  ['status=walking', 'query.status'],
])('the query %s is refused with the path of the fault', async (query, path) => {
  const token = await t.admin();
  const answer = await t.request('GET', `/api/v1/executions?${query}`, { token });
  expect(answer).toMatchObject({ status: 422, body: { code: 'VALIDATION_ERROR', details: [{ path }] } });
});

test('page and cursor exclude each other', async () => {
  const token = await t.admin();
  const answer = await t.request('GET', '/api/v1/rules?page=2&cursor=x', { token });
  expect(answer).toMatchObject({ status: 422, body: { details: [{ path: 'query.cursor' }] } });
});

test.each([
  '/api/v1/rules/%00',
  '/api/v1/rules/%ff',
  '/api/v1/rules/%zz',
  '/api/v1/rules?pack_ref=%00',
  '/api/v1/rules/99999999999999999',
])('the odd address %s is an error of the caller', async (path) => {
  const token = await t.admin();
  const { status, body } = await t.request('GET', path, { token });
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(500);
  expect(body.error).toBeDefined();
});

test('unknown query parameters are ignored and reported', async () => {
  const token = await t.admin();
  const { status, body } = await t.request('GET', '/api/v1/rules?enabeld=true', { token });
  expect(status).toBe(200);
  expect(body.warnings).toEqual(["unknown query parameter 'enabeld' ignored; did you mean 'enabled'?"]);
});

test('a request keeps the id it came with, when that is plain', async () => {
  const own = await t.request('GET', '/health', { headers: { 'x-request-id': 'trace-17' } });
  expect(own.headers.get('x-request-id')).toBe('trace-17');
  const odd = await t.request('GET', '/health', { headers: { 'x-request-id': 'a b' } });
  expect(odd.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
});

test('answers carry the headers browsers need to be careful', async () => {
  const { headers } = await t.request('GET', '/health');
  expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('access-control-allow-origin')).toBeNull();
});

test('no web page of another origin may ask', async () => {
  const { status, headers } = await t.request('OPTIONS', '/api/v1/rules', {
    headers: { origin: 'https://evil.example', 'access-control-request-method': 'GET' },
  });
  expect(status).toBeGreaterThanOrEqual(400);
  expect(headers.get('access-control-allow-origin')).toBeNull();
});

test('health and the document are open to everybody', async () => {
  expect((await t.request('GET', '/health')).body).toEqual({ status: 'ok' });
  expect((await t.request('GET', '/health/live')).body).toMatchObject({ status: 'ok' });
  expect((await t.request('GET', '/health/ready')).body).toEqual({ status: 'ok' });
  const { paths } = (await t.request('GET', '/openapi.json')).body as unknown as { paths: object };
  const inContract = new Set(listRoutes().map(({ route }) => route.path));
  expect(new Set(Object.keys(paths))).toEqual(inContract);
});

test('the client address is that of the connection, whatever a header says', async () => {
  const { token, identityId } = await t.login();
  await t.request('POST', '/api/v1/packs', {
    token,
    headers: { 'x-forwarded-for': '203.0.113.9' },
    json: { ref: 'from_where', label: 'x', version: '1.0.0' },
  });
  const [event] = await t.db
    .selectFrom('audit_event')
    .selectAll()
    .where('actor_identity', '=', identityId)
    .where('event_type', '=', 'pack.created')
    .execute();
  expect(event).toMatchObject({
    event_type: 'pack.created',
    actor_ip: '127.0.0.1',
    resource_ref: 'from_where',
  });
});

test('half a request does not hold the server up', async () => {
  const { hostname, port } = new URL(t.api.url);
  const socket = connect(Number(port), hostname);
  socket.write('POST /api/v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"a"');
  expect((await t.request('GET', '/health')).status).toBe(200);
  socket.destroy();
});
