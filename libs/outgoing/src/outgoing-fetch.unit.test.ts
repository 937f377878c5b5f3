import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAddressGuard } from './address-guard.js';
import { createOutgoingFetch } from './outgoing-fetch.js';

const server = createServer((request, response) => {
  if (request.url === '/silent') return;
  if (request.url === '/empty') return void response.writeHead(204).end();
  if (request.url === '/large') return void response.end('x'.repeat(1001));
  if (request.url === '/moved') return void response.writeHead(302, { location: '/' }).end();
  let body = '';
  request.setEncoding('utf8').on('data', (text: string) => (body += text));
  request.on('end', () => {
    response.setHeader('set-cookie', ['a=1', 'b=2']);
    response.end(JSON.stringify({ method: request.method, type: request.headers['content-type'], body }));
  });
});
let base = '';

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const guard = createAddressGuard({ blockPrivate: false });
const send = createOutgoingFetch({ guard, timeoutMs: 1000, maxBytes: 1000 });
const get = { method: 'GET', headers: {} };

test('forms are sent, and answers come with all of their headers', async () => {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await send(`${base}/`, { method: 'POST', headers, body: new URLSearchParams({ a: 'b c' }) });
  expect(await answer.json()).toEqual({ method: 'POST', type: headers['content-type'], body: 'a=b+c' });
  expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
});

test('redirects are answers; what is nothing is nothing', async () => {
  expect((await send(`${base}/moved`, get)).status).toBe(302);
  expect(await (await send(`${base}/empty`, get)).text()).toBe('');
});

test('what takes too long, is too large or is given up is an error', async () => {
  await expect(send(`${base}/silent`, get)).rejects.toThrow(/abort|timeout/i);
  await expect(send(`${base}/large`, get)).rejects.toThrow('larger than 1000 bytes');
  await expect(send(`${base}/`, { ...get, signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
});

test('nothing is sent to an address that is blocked, however it is named', async () => {
  const strict = createOutgoingFetch({
    guard: createAddressGuard({ blockPrivate: true }),
    timeoutMs: 1000,
    maxBytes: 9,
  });
  for (const url of [base, base.replace('127.0.0.1', 'localhost')]) {
    await expect(strict(url, get)).rejects.toThrow('is not an address that may be called');
  }
});
