import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { listAuditEvents } from '@attune/db';
import { makeExecution } from '@attune/db/testing';
import type { Client } from '@attune/contract';
import { everything, useTestApi } from '../testing/test-api.js';

const test_api = useTestApi({ artifacts: { max_upload_bytes: 1_000_000 } });
let client: Client;
let token: string;

beforeAll(async () => {
  client = await test_api.client([
    ...everything,
    { resource: 'artifacts', actions: ['read', 'create', 'update', 'delete'], constraints: { owner: 'any' } },
  ]);
  ({ token } = await test_api.login([
    { resource: 'artifacts', actions: ['read', 'create', 'update', 'delete'], constraints: { owner: 'any' } },
  ]));
});

const make = async (body: object = {}) =>
  (await client.artifacts.create({ body: { ref: 'reports/daily', type: 'file_text', ...body } })).data;
const upload = (id: number, content: string | Uint8Array, contentType = 'text/plain') =>
  client.artifactVersions.upload({ params: { id }, content: Buffer.from(content), contentType });
const acts = async (id: number) =>
  (
    await listAuditEvents(test_api.db, { resource_type: 'artifact', resource_id: id }, { limit: 50 })
  ).items.map(({ event_type }) => event_type);

test('an artifact is made, found, changed and deleted; each of these is in the audit trail', async () => {
  const made = await make({ ref: 'made/once', name: 'One', data: { n: 1 } });
  expect(made).toMatchObject({ visibility: 'private', scope: 'system', owner: '', retention_limit: 5 });
  expect((await client.artifacts.getByRef({ params: { ref: 'made/once' } })).data).toEqual(made);
  const change = { name: null, visibility: 'public' as const };
  const changed = (await client.artifacts.update({ params: { id: made.id }, body: change })).data;
  expect(changed).toMatchObject({ name: null, visibility: 'public', data: { n: 1 } });
  await client.artifacts.setData({ params: { id: made.id }, body: { data: [2] } });
  expect((await client.artifacts.get({ params: { id: made.id } })).data.data).toEqual([2]);

  expect(await client.artifacts.delete({ params: { id: made.id } })).toEqual({
    success: true,
    message: `artifact ${made.id} is deleted`,
  });
  await expect(client.artifacts.get({ params: { id: made.id } })).rejects.toMatchObject({ status: 404 });
  expect(await acts(made.id)).toEqual(
    ['deleted', 'updated', 'updated', 'created'].map((act) => `artifact.${act}`),
  );
});

test('versions are added as JSON or as bytes, listed, read and deleted with their bytes', async () => {
  const { id } = await make();
  await client.artifactVersions.create({
    params: { id },
    body: { content: { a: [1, null] }, meta: { by: 'x' } },
  });
  const { data: second } = await upload(id, 'héllo', 'text/plain; charset=utf-8');
  expect(second).toMatchObject({ version: 2, size_bytes: 6, content_type: 'text/plain; charset=utf-8' });
  expect(second).not.toHaveProperty('content_json');

  const { items } = await client.artifactVersions.list({ params: { id } });
  expect(items.map(({ version }) => version)).toEqual([2, 1]);
  const first = (await client.artifactVersions.get({ params: { id, version: 1 } })).data;
  expect(first).toMatchObject({ content_json: { a: [1, null] }, meta: { by: 'x' } });
  expect((await client.artifactVersions.latest({ params: { id } })).data).toEqual(second);
  expect(await (await client.artifacts.download({ params: { id } })).text()).toBe('héllo');
  const json = await client.artifactVersions.download({ params: { id, version: 1 } });
  expect([json.headers.get('content-type'), await json.json()]).toEqual([
    expect.stringContaining('application/json'),
    { a: [1, null] },
  ]);

  await client.artifactVersions.delete({ params: { id, version: 2 } });
  await expect(client.artifactVersions.get({ params: { id, version: 2 } })).rejects.toMatchObject({
    status: 404,
  });
  expect(JSON.stringify(await client.artifactVersions.list({ params: { id } }))).not.toContain('storage_key');
  expect(await acts(id)).toEqual([
    'artifact.version_deleted',
    'artifact.version_created',
    'artifact.version_created',
    'artifact.created',
  ]);
});

test.each([
  ['before', ['meta', 'file']],
  ['after', ['file', 'meta']],
])('a form may carry its fields %s the file', async (_place, order) => {
  const { id } = await make();
  const form = new FormData();
  for (const part of order) {
    if (part === 'file') form.append('file', new Blob(['a,b'], { type: 'text/csv' }), 'x.csv');
    else form.append('meta', '{"rows":1}');
  }
  const answer = await fetch(`${test_api.api.url}/api/v1/artifacts/${id}/versions/upload`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: form,
  });
  expect([answer.status, await answer.json()]).toMatchObject([
    201,
    { data: { version: 1, content_type: 'text/csv', meta: { rows: 1 }, size_bytes: 3 } },
  ]);
});

test.each([
  ['no body', {}, 422, 'VALIDATION_ERROR'],
  ['a form without a file', { form: { meta: '{}' } }, 422, 'VALIDATION_ERROR'],
  ['meta that is no JSON', { form: { meta: '{' }, file: 'x' }, 422, 'VALIDATION_ERROR'],
  ['two files', { file: 'x', second: 'y' }, 422, 'VALIDATION_ERROR'],
  ['a broken form', { raw: '--x\r\nnothing', type: 'multipart/form-data; boundary=x' }, 400, 'BAD_REQUEST'],
  ['more bytes than allowed', { raw: randomBytes(1_000_001), type: 'image/png' }, 413, 'PAYLOAD_TOO_LARGE'],
])('an upload with %s is refused and leaves nothing', async (_what, sent: Sent, status, code) => {
  const { id } = await make();
  const { form, file, second, raw, type } = sent;
  const body = new FormData();
  if (file !== undefined) body.append('file', new Blob([file]), 'a');
  if (second !== undefined) body.append('file', new Blob([second]), 'b');
  for (const [name, value] of Object.entries(form ?? {})) body.append(name, value);
  const isForm = form !== undefined || file !== undefined;
  const answer = await fetch(`${test_api.api.url}/api/v1/artifacts/${id}/versions/upload`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, ...(type === undefined ? {} : { 'content-type': type }) },
    ...(isForm ? { body } : raw === undefined ? {} : { body: raw }),
  });
  expect([answer.status, await answer.json()]).toMatchObject([status, { code, details: expect.any(Array) }]);
  expect((await client.artifactVersions.list({ params: { id } })).items).toEqual([]);
});

interface Sent {
  form?: Record<string, string>;
  file?: string;
  second?: string;
  raw?: string | Uint8Array<ArrayBuffer>;
  type?: string;
}

test('an upload by ref makes the artifact once, also when 10 come at once', async () => {
  const ref = 'made/by/upload';
  const uploads = Array.from({ length: 10 }, (_, n) =>
    client.artifactVersions.uploadByRef({
      params: { ref },
      content: Buffer.from(`number ${n}`),
      contentType: 'text/plain',
      fields: { scope: 'pack', owner: 'core', retention_limit: '0' },
    }),
  );
  const versions = (await Promise.all(uploads)).map(({ data }) => data);

  expect(new Set(versions.map(({ artifact }) => artifact)).size).toBe(1);
  expect(versions.map(({ version }) => version).toSorted((a, b) => a - b)).toEqual([
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
  ]);
  expect((await client.artifacts.list({ query: { ref } })).items).toMatchObject([
    { type: 'file_text', scope: 'pack', owner: 'core', visibility: 'private', retention_limit: 0 },
  ]);
});

test('progress is appended, to progress alone; none of many at once is lost', async () => {
  const { id } = await make({ type: 'progress' });
  const append = (percent: number) =>
    client.artifacts.appendProgress({ params: { id }, body: { entry: { percent } } });
  await Promise.all([10, 20, 30].map(append));
  const { data } = await client.artifacts.get({ params: { id } });
  expect([data.visibility, (data.data as object[]).length]).toEqual(['public', 3]);
  const other = await make();
  const refused = client.artifacts.appendProgress({ params: { id: other.id }, body: { entry: {} } });
  await expect(refused).rejects.toMatchObject({ status: 409, code: 'CONFLICT' });
});

test('the artifacts of an execution are those that it made versions of', async () => {
  const execution = await makeExecution(test_api.db);
  const [one] = [await make(), await make()];
  await client.artifactVersions.create({
    params: { id: one.id },
    body: { content: 1, execution: execution.id },
  });
  const { items } = await client.artifacts.ofExecution({ params: { id: execution.id } });
  expect(items.map(({ id }) => id)).toEqual([one.id]);
});

test('what is deleted or refused leaves no bytes in the folder', async () => {
  const before = await storedFiles();
  const { id } = await make();
  await upload(id, 'one');
  await upload(id, 'two');
  expect(await storedFiles()).toBe(before + 2);
  await expect(upload(id, randomBytes(1_000_001))).rejects.toBeInstanceOf(Error);
  await client.artifactVersions.delete({ params: { id, version: 1 } });
  await client.artifacts.delete({ params: { id } });
  expect(await storedFiles()).toBe(before);
});

async function storedFiles(): Promise<number> {
  const { directory } = test_api.config.artifacts;
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).length;
}
