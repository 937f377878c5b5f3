import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { waitUntil } from '@attune/testing';
import type { Ending } from '../runtime.js';
import { describeRuntime, run, startRun } from '../runtime.testing.js';
import { createHttpRuntime } from './http.runtime.js';

const limit = 100_000;
const runtime = createHttpRuntime({ blockPrivate: false, responseBytes: limit });

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

let server: Server;
let base = '';
const open = new Set<ServerResponse>();

beforeAll(async () => {
  server = createServer(listener);
  base = await listen(server);
});

afterAll(() => close(server));

async function listen(started: Server): Promise<string> {
  started.listen(0, '127.0.0.1');
  await once(started, 'listening');
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
}

async function close(started: Server): Promise<void> {
  started.closeAllConnections();
  await new Promise((resolve) => started.close(resolve));
}

const listener: RequestListener = (request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const path = new URL(request.url ?? '', 'http://x').pathname;
    const handler = handlers[path] ?? ((_request, answer) => void answer.writeHead(404).end('none'));
    handler(request, response, Buffer.concat(chunks).toString());
  });
};

const json = (response: ServerResponse, value: unknown): void => {
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(value));
};

const redirect =
  (status: number, location: string): Handler =>
  (_request, response) =>
    void response.writeHead(status, { location }).end('moved');

const encoded =
  (encoding: string, compress: (text: string) => Buffer): Handler =>
  (_request, response) =>
    void response.writeHead(200, { 'content-encoding': encoding }).end(compress('packed text'));

const handlers: Record<string, Handler> = {
  '/mirror': (request, response, body) =>
    json(response, { method: request.method, url: request.url, headers: request.headers, body }),
  '/echo': (_request, response, body) => json(response, JSON.parse(body)),
  '/text': (_request, response) => void response.end('plain'),
  '/fail': (_request, response) => void response.writeHead(503, { 'x-why': 'busy' }).end('try later'),
  '/hang': (_request, response) => void open.add(response),
  '/trickle': (_request, response) => {
    response.write('begin');
    open.add(response);
  },
  '/large': (_request, response) => void response.end('x'.repeat(limit + 1)),
  '/bomb': (_request, response) =>
    void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(50_000_000))),
  '/gzip': encoded('gzip', (text) => gzipSync(text)),
  '/deflate': encoded('deflate', (text) => deflateSync(text)),
  '/br': encoded('br', (text) => brotliCompressSync(text)),
  '/binary': (_request, response) => void response.end(Buffer.from([0xff, 0xfe, 0x00, 0x80])),
  '/latin1': (_request, response) =>
    void response
      .writeHead(200, { 'content-type': 'text/plain; charset=iso-8859-1' })
      .end(Buffer.from([0xe9])),
  '/not-json': (_request, response) =>
    void response.writeHead(200, { 'content-type': 'application/json' }).end('{oops'),
  '/moved': redirect(302, '/mirror?moved=1'),
  '/see-other': redirect(303, '/mirror'),
  '/permanent': redirect(308, '/mirror'),
  '/loop': redirect(302, '/loop'),
  '/to-metadata': redirect(302, 'http://169.254.169.254/latest/meta-data/'),
  '/to-file': redirect(302, 'file:///etc/passwd'),
};

const call = (path: string, parameters: Record<string, unknown> = {}): Promise<Ending> =>
  run(runtime, { parameters: { url: base + path, ...parameters } });

async function mirrored(path: string, parameters: Record<string, unknown> = {}) {
  const { data } = await call(path, parameters);
  return (data as { json: { method: string; url: string; headers: Record<string, string>; body: string } })
    .json;
}

describeRuntime('http', {
  create: async () => runtime,
  succeeds: {
    get parameters() {
      return { url: `${base}/text` };
    },
  },
  echo: (text) => ({ parameters: { url: `${base}/echo`, method: 'POST', json_body: text } }),
  fails: {
    get parameters() {
      return { url: `${base}/fail` };
    },
  },
  impossible: { parameters: { url: 'no address' } },
  endless: {
    get parameters() {
      return { url: `${base}/hang` };
    },
  },
  underWay: () => waitUntil(() => open.size > 0),
});

describe('a request', () => {
  test('is sent as the parameters say', async () => {
    const seen = await mirrored('/mirror?a=1', {
      method: 'PUT',
      headers: { 'X-Count': 3 },
      query_params: { b: ['x', 'y z'], c: null, d: { e: 1 } },
      json_body: { n: [1, null] },
    });
    expect(seen).toMatchObject({
      method: 'PUT',
      url: '/mirror?a=1&b=x&b=y+z&d=%7B%22e%22%3A1%7D',
      headers: { 'x-count': '3', 'content-type': 'application/json', 'user-agent': 'attune' },
      body: '{"n":[1,null]}',
    });
  });

  test('carries credentials', async () => {
    const basic = { auth_type: 'basic', auth_username: 'ann', auth_password: 'pass:word' };
    expect((await mirrored('/mirror', basic)).headers['authorization']).toBe(
      `Basic ${btoa('ann:pass:word')}`,
    );
    const bearer = { auth_type: 'bearer', auth_token: 't' };
    expect((await mirrored('/mirror', bearer)).headers['authorization']).toBe('Bearer t');
  });

  test.each([
    [{ url: 'ftp://example.org/' }, /^"ftp:\/\/example\.org\/" is not an http or https address$/],
    [{ method: 'CONNECT' }, /^parameters\.method: /],
    [{ headers: { 'a\nb': 'x' } }, /header/i],
    [{ timeout: -1 }, /^parameters\.timeout: /],
  ])('that makes no sense is not sent: %j', async (parameters, error) => {
    const ending = await call('/mirror', parameters);
    expect(ending).toMatchObject({ exitCode: null, error: expect.stringMatching(error) });
  });
});

describe('an answer', () => {
  test('is returned with status, headers, text, and what the text says as JSON', async () => {
    expect(await call('/text')).toMatchObject({
      exitCode: 0,
      data: { status_code: 200, body: 'plain', headers: { 'content-length': '5' } },
    });
    expect((await call('/text')).data as object).not.toHaveProperty('json');
    expect(await call('/mirror')).toMatchObject({ data: { json: { method: 'GET' } } });
    expect(await call('/not-json')).toMatchObject({ exitCode: 0, data: { body: '{oops' } });
  });

  test('of 400 or above is a failure, and returned all the same', async () => {
    expect(await call('/fail')).toMatchObject({
      exitCode: 1,
      error: `GET ${base}/fail answered 503`,
      data: { status_code: 503, body: 'try later', headers: { 'x-why': 'busy' } },
    });
  });

  test('is what was expected, or a failure', async () => {
    expect(await call('/fail', { expected_status: [200, 503] })).toMatchObject({ exitCode: 0 });
    expect(await call('/text', { expected_status: 204 })).toMatchObject({ exitCode: 1 });
  });

  test.each(['/gzip', '/deflate', '/br'])('is unpacked: %s', async (path) => {
    expect(await call(path)).toMatchObject({ data: { body: 'packed text' } });
    expect(await call(path, { method: 'HEAD' })).toMatchObject({ exitCode: 0, data: { body: '' } });
  });

  test('that is no text is base64', async () => {
    expect(await call('/binary')).toMatchObject({ data: { body: '//4AgA==', body_encoding: 'base64' } });
    expect(await call('/latin1')).toMatchObject({ data: { body: 'é' } });
  });

  test.each(['/large', '/bomb'])('that is too large ends the request: %s', async (path) => {
    expect(await call(path)).toEqual({ exitCode: null, error: `the answer is larger than ${limit} bytes` });
  });

  test.each(['/hang', '/trickle'])(
    'that does not come, or does not end, is not waited for: %s',
    async (path) => {
      expect(await call(path, { timeout: 0.2 })).toEqual({
        exitCode: null,
        error: `${base} gave no complete answer within 0.2 s`,
      });
    },
  );

  test('that cannot come, because nobody is there, is told', async () => {
    const gone = createServer();
    const url = await listen(gone);
    await close(gone);
    expect((await call('', { url })).error).toMatch(/ECONNREFUSED/);
    expect((await call('', { url: 'http://nobody.invalid/' })).error).toMatch(/ENOTFOUND|EAI_AGAIN/);
  });
});

describe('redirects', () => {
  test('are followed', async () => {
    expect(await mirrored('/moved')).toMatchObject({ method: 'GET', url: '/mirror?moved=1' });
  });

  test.each([
    ['/moved', 'POST', 'GET', ''],
    ['/moved', 'PUT', 'PUT', 'text'],
    ['/see-other', 'PUT', 'GET', ''],
    ['/permanent', 'POST', 'POST', 'text'],
  ])('of %s turn %s into %s', async (path, method, followed, body) => {
    expect(await mirrored(path, { method, body: 'text' })).toMatchObject({ method: followed, body });
  });

  test('are followed so often and no more', async () => {
    expect(await call('/loop', { max_redirects: 3 })).toEqual({
      exitCode: null,
      error: 'more than 3 redirects',
    });
    expect(await call('/loop', { follow_redirects: false })).toMatchObject({
      exitCode: 0,
      data: { status_code: 302 },
    });
  });

  test('to another origin do not carry credentials', async () => {
    const other = createServer(listener);
    const target = await listen(other);
    handlers['/elsewhere'] = redirect(302, `${target}/mirror`);
    const parameters = { auth_type: 'bearer', auth_token: 't', headers: { Cookie: 'c', 'X-Kept': 'yes' } };
    const { headers } = await mirrored('/elsewhere', parameters);
    expect(headers).not.toHaveProperty('authorization');
    expect(headers).not.toHaveProperty('cookie');
    expect(headers).toMatchObject({ 'x-kept': 'yes' });
    expect((await mirrored('/moved', parameters)).headers).toMatchObject({
      authorization: 'Bearer t',
      cookie: 'c',
    });
    await close(other);
  });

  test('lead to no forbidden place', async () => {
    expect((await call('/to-metadata')).error).toBe('169.254.169.254 is not an address that may be called');
    expect((await call('/to-file')).error).toBe('"file:///etc/passwd" is not an http or https address');
  });
});

describe('addresses', () => {
  const guarded = createHttpRuntime({ blockPrivate: true, responseBytes: limit });
  const refused = /is not an address that may be called$/;

  test.each([
    'http://169.254.169.254/',
    'http://2852039166/',
    'http://0xa9.0xfe.0xa9.0xfe/',
    'http://[fe80::1]/',
    'http://[::ffff:169.254.169.254]/',
    'http://[64:ff9b::169.254.169.254]/',
    'http://[fd00:ec2::254]/',
    'http://100.100.100.200/',
  ])('of machine metadata are never called: %s', async (url) => {
    expect((await run(runtime, { parameters: { url, timeout: 2 } })).error).toMatch(refused);
  });

  test.each([
    '127.0.0.1',
    '10.1.2.3',
    '192.168.0.1',
    '172.31.255.255',
    '100.64.0.1',
    '0.0.0.0',
    '[::1]',
    '[::]',
    '[fd12::1]',
    '[::ffff:127.0.0.1]',
  ])('of private networks are not called when so configured: %s', async (host) => {
    expect((await run(guarded, { parameters: { url: `http://${host}/`, timeout: 2 } })).error).toMatch(
      refused,
    );
  });

  test('are judged by what a name leads to', async () => {
    const url = base.replace('127.0.0.1', 'localhost');
    expect(await run(runtime, { parameters: { url: `${url}/text` } })).toMatchObject({ exitCode: 0 });
    expect((await run(guarded, { parameters: { url: `${url}/text` } })).error).toMatch(
      /^localhost is (127\.0\.0\.1|::1), which is not an address that may be called$/,
    );
  });
});

describe('certificates', () => {
  test('are checked, unless the parameters say otherwise', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'worker-tls-'));
    const [key, cert] = [join(directory, 'key'), join(directory, 'cert')];
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-subj',
        '/CN=localhost',
        '-keyout',
        key,
        '-out',
        cert,
      ],
      { stdio: 'ignore' },
    );
    const tls = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, listener);
    const url = (await listen(tls)).replace('http:', 'https:');
    expect((await call('', { url: `${url}/text` })).error).toMatch(/self-signed certificate/);
    expect(await call('', { url: `${url}/text`, verify_ssl: false })).toMatchObject({ exitCode: 0 });
    expect((await call('', { url: `${url}/text` })).error).toMatch(/self-signed certificate/);
    await close(tls);
    rmSync(directory, { recursive: true });
  });
});

test('a request that is cancelled closes its connection', async () => {
  open.clear();
  const started = startRun(runtime, { parameters: { url: `${base}/trickle` } });
  await waitUntil(() => open.size === 1);
  started.stop.abort('cancel');
  expect(await started.ending).toEqual({ exitCode: null, error: 'the request was ended' });
  await waitUntil(() => [...open].every((response) => response.destroyed));
});
