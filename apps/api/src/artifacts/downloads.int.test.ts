import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '@attune/contract';
import { waitUntil } from '@attune/testing';
import { useTestApi } from '../testing/test-api.js';

const megabyte = 1024 * 1024;
const test_api = useTestApi();
let client: Client;
let token: string;

beforeAll(async () => {
  const grants = [
    {
      resource: 'artifacts' as const,
      actions: ['read', 'create', 'update'],
      constraints: { owner: 'any' as const },
    },
  ];
  client = await test_api.client(grants);
  ({ token } = await test_api.login(grants));
});

async function stored(content: string, { name, type = 'text/html' }: { name?: string; type?: string } = {}) {
  const { data } = await client.artifacts.create({
    body: { ref: 'a/page', type: 'file_text', name: name ?? null },
  });
  await client.artifactVersions.upload({
    params: { id: data.id },
    content: Buffer.from(content),
    contentType: type,
  });
  return data.id;
}

function download(id: number, range?: string) {
  const headers = { authorization: `Bearer ${token}`, ...(range === undefined ? {} : { range }) };
  return fetch(`${test_api.api.url}/api/v1/artifacts/${id}/download`, { headers });
}

test('what was uploaded is saved and not shown: no browser takes it for a page of this origin', async () => {
  const answer = await download(await stored('<script>steal()</script>'));
  expect(await answer.text()).toBe('<script>steal()</script>');
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-disposition': `attachment; filename="page"; filename*=UTF-8''page`,
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, no-store',
    'content-length': '24',
    'accept-ranges': 'bytes',
  });
});

test.each([
  ['a "quoted"\r\nset-cookie: x=1', `filename="a _quoted___set-cookie_ x_1"`],
  ['../../etc/passwd', 'filename="passwd"'],
  ["C:\\temp\\ä;*'().csv", `filename="a_____.csv"`],
  ['..', 'filename="artifact-v1"'],
  ['報告.csv', `filename="__.csv"; filename*=UTF-8''%E5%A0%B1%E5%91%8A.csv`],
])('the name %j goes into no header as it is', async (name, expected) => {
  const { headers } = await download(await stored('x', { name }));
  expect(headers.get('set-cookie')).toBeNull();
  const disposition = headers.get('content-disposition') ?? '';
  expect(disposition).toContain(expected);
  expect(disposition).toMatch(/^attachment; filename="[\w .-]+"; filename\*=UTF-8''[\w.%~!-]+$/);
});

test.each([
  ['bytes=0-3', 206, '0123', 'bytes 0-3/10'],
  ['bytes=7-', 206, '789', 'bytes 7-9/10'],
  ['bytes=-2', 206, '89', 'bytes 8-9/10'],
  ['bytes=0-1,4-5', 200, '0123456789', null],
  ['lines=1-2', 200, '0123456789', null],
])('the range %s gives %i and %j', async (range, status, text, extent) => {
  const answer = await download(await stored('0123456789'), range);
  expect([answer.status, await answer.text(), answer.headers.get('content-range')]).toEqual([
    status,
    text,
    extent,
  ]);
  expect(answer.headers.get('content-length')).toBe(String(text.length));
});

test('a range outside of the content is a 416 that says how long it is', async () => {
  const answer = await download(await stored('0123456789'), 'bytes=10-');
  expect([answer.status, answer.headers.get('content-range')]).toEqual([416, 'bytes */10']);
  expect(await answer.json()).toMatchObject({
    code: 'RANGE_NOT_SATISFIABLE',
    request_id: expect.any(String),
  });
});

test('an artifact without versions has nothing to download', async () => {
  const { data } = await client.artifacts.create({ body: { ref: 'empty', type: 'other' } });
  await expect(client.artifacts.download({ params: { id: data.id } })).rejects.toMatchObject({ status: 404 });
});

test('96 MB go up and down without being held in memory', async () => {
  const { data } = await client.artifacts.create({ body: { ref: 'large', type: 'file_binary' } });
  const memory = watchMemory();
  await client.artifactVersions.upload({ params: { id: data.id }, content: chunks(96, memory.look) });
  const answer = await client.artifacts.download({ params: { id: data.id } });
  let received = 0;
  for await (const chunk of answer.body ?? []) {
    received += chunk.byteLength;
    memory.look();
  }
  expect(received).toBe(96 * megabyte);
  expect(memory.growth()).toBeLessThan(64 * megabyte);
});

test('an upload that its sender gives up half-way leaves no version and no bytes', async () => {
  const { data } = await client.artifacts.create({ body: { ref: 'half', type: 'file_binary' } });
  const giveUp = new AbortController();
  const content = (async function* () {
    yield Buffer.alloc(megabyte);
    await waitUntil(async () => (await unfinished()).length > 0);
    giveUp.abort();
    yield Buffer.alloc(megabyte);
  })();
  const upload = client.artifactVersions.upload({ params: { id: data.id }, content, signal: giveUp.signal });
  await expect(upload).rejects.toThrow();
  await waitUntil(async () => (await unfinished()).length === 0);
  expect((await client.artifactVersions.list({ params: { id: data.id } })).items).toEqual([]);
});

function unfinished(): Promise<string[]> {
  return readdir(join(test_api.config.artifacts.directory, 'unfinished'));
}

async function* chunks(megabytes: number, sent: () => void) {
  const chunk = Buffer.alloc(megabyte, 'x');
  for (let n = 0; n < megabytes; n += 1) {
    yield chunk;
    sent();
  }
}

function watchMemory() {
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  let most = before;
  return {
    look: () => {
      most = Math.max(most, process.memoryUsage().rss);
    },
    growth: () => most - before,
  };
}
