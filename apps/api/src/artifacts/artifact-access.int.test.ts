import type { Client } from '@attune/contract';
import { insertArtifact } from '@attune/db';
import type { NewArtifact } from '@attune/db';
import type { Grant, GrantConstraints } from '@attune/domain';
import { useTestApi } from '../testing/test-api.js';

const test_api = useTestApi();
const all = ['read', 'create', 'update', 'delete'];
const ids: Record<string, number> = {};

const rows: Record<string, Omit<NewArtifact, 'ref' | 'type'>> = {
  open: { scope: 'system', visibility: 'public' },
  closed: { scope: 'system', visibility: 'private' },
  ofOps: { scope: 'pack', owner: 'ops', visibility: 'private' },
  ofOpsAction: { scope: 'action', owner: 'ops.page', visibility: 'private' },
  ofDev: { scope: 'pack', owner: 'dev', visibility: 'private' },
  openDev: { scope: 'pack', owner: 'dev', visibility: 'public' },
};

beforeAll(async () => {
  for (const [name, values] of Object.entries(rows)) {
    ids[name] = (await insertArtifact(test_api.db, { ref: `row/${name}`, type: 'other', ...values })).id;
  }
});

const artifacts = (constraints?: GrantConstraints, actions = all): Grant => ({
  resource: 'artifacts',
  actions,
  ...(constraints === undefined ? {} : { constraints }),
});

async function listed(client: Client): Promise<string[]> {
  const { items, pagination } = await client.artifacts.list({ query: { ref: 'row/*', include_total: true } });
  expect(pagination.total_items).toBe(items.length);
  return items.map(({ ref }) => ref.replace('row/', '')).toSorted();
}

/** One by one, by every way to one of them. */
async function readable(client: Client): Promise<string[]> {
  const names = [];
  for (const [name, id] of Object.entries(ids)) {
    const params = { id };
    const ways = [
      () => client.artifacts.get({ params }),
      () => client.artifacts.getByRef({ params: { ref: `row/${name}` } }),
      () => client.artifactVersions.list({ params }),
    ];
    const answers = await Promise.allSettled(ways.map((way) => way()));
    const statuses = new Set(
      answers.map((answer) => (answer.status === 'fulfilled' ? 200 : answer.reason.status)),
    );
    expect(statuses.size).toBe(1);
    if (statuses.has(200)) names.push(name);
    else expect([...statuses]).toEqual([404]);
  }
  return names.toSorted();
}

const opsPack = ['ofOps', 'ofOpsAction'];
const open = ['open', 'openDev'];

test.each<[string, Grant[], string[]]>([
  ['a grant without limits: what is public', [artifacts()], open],
  ['with packs:read: also what belongs to packs', [artifacts(), pack()], [...open, ...opsPack, 'ofDev']],
  ['with packs:read of a pack: also its own', [artifacts(), pack(['ops'])], [...open, ...opsPack]],
  ['packs:read alone: nothing of it', [artifacts({ refs: ['row/none'] }), pack()], []],
  ['limited to a pack: what it owns', [artifacts({ pack_refs: ['ops'] })], opsPack],
  ['limited by owner_refs: exactly these', [artifacts({ owner_refs: ['ops'] })], ['ofOps']],
  ['limited by refs: exactly these', [artifacts({ refs: ['row/closed'] })], ['closed']],
  ['limited by owner_types: these', [artifacts({ owner_types: ['action'] })], ['ofOpsAction']],
  [
    'limited to private ones: these',
    [artifacts({ visibility: ['private'] })],
    ['closed', ...opsPack, 'ofDev'],
  ],
  ['owner any: everything', [artifacts({ owner: 'any' })], Object.keys(rows)],
  ['owner none: what no person owns', [artifacts({ owner: 'none' })], Object.keys(rows)],
  ['owner self: nothing of these', [artifacts({ owner: 'self' })], []],
])('lists and reads agree for %s', async (_what, grants, expected) => {
  const client = await test_api.client(grants);
  expect(await listed(client)).toEqual(expected.toSorted());
  expect(await readable(client)).toEqual(expected.toSorted());
});

test('what a person owns is read by that person, and by nobody else without a word', async () => {
  const [ann, bob] = [await test_api.login([artifacts()]), await test_api.login([artifacts()])];
  const body = { ref: 'row/mine', type: 'other', scope: 'identity', owner: ann.login };
  const made = await test_api.request('POST', '/api/v1/artifacts', { token: ann.token, json: body });
  const { id } = made.body.data as { id: number };
  const path = `/api/v1/artifacts/${id}`;

  expect((await test_api.request('GET', path, { token: ann.token })).status).toBe(200);
  expect((await test_api.request('GET', path, { token: bob.token })).status).toBe(404);
  expect((await test_api.request('DELETE', path, { token: bob.token })).status).toBe(404);
  const forBob = await test_api.request('POST', '/api/v1/artifacts', { token: bob.token, json: body });
  expect([forBob.status, forBob.body.code]).toEqual([403, 'FORBIDDEN']);
});

test('reading a pack does not allow to write what is private to it; configuring it does', async () => {
  const reader = await test_api.client([artifacts(), pack(['ops'])]);
  const keeper = await test_api.client([artifacts(), pack(['ops'], ['read', 'configure'])]);
  const change = { params: { id: ids['ofOps'] as number }, body: { name: 'new' } };

  await expect(reader.artifacts.update(change)).rejects.toMatchObject({ status: 403 });
  expect((await keeper.artifacts.update(change)).data.name).toBe('new');
});

test('nobody gives an artifact to where they could not change it, or takes one so', async () => {
  const client = await test_api.client([artifacts({ pack_refs: ['ops'] })]);
  const id = ids['ofOpsAction'] as number;
  const away = client.artifacts.patch({ params: { id }, body: { owner: 'dev.page' } });
  await expect(away).rejects.toMatchObject({ status: 403 });
  const foreign = client.artifacts.patch({ params: { id: ids['ofDev'] as number }, body: { owner: 'ops' } });
  await expect(foreign).rejects.toMatchObject({ status: 404 });
});

test('an upload by ref adds to what the caller may change, and makes only what they may', async () => {
  const content = () => Buffer.from('x');
  const ops = await test_api.client([artifacts({ pack_refs: ['ops'] })]);
  const params = { ref: 'row/ofDev' };
  const own = await ops.artifactVersions.uploadByRef({
    params,
    content: content(),
    fields: { scope: 'pack', owner: 'ops' },
  });
  expect(own.data.artifact).not.toBe(ids['ofDev']);
  const foreign = { params, content: content(), fields: { scope: 'pack' as const, owner: 'dev' } };
  expect((await ops.artifactVersions.uploadByRef(foreign)).data.artifact).toBe(own.data.artifact);
  const unknown = { ...foreign, params: { ref: 'row/unknown' }, content: content() };
  await expect(ops.artifactVersions.uploadByRef(unknown)).rejects.toMatchObject({ status: 403 });
  const changer = await test_api.client([artifacts({ owner: 'any' }, ['read', 'update'])]);
  const unmade = { ...foreign, params: { ref: 'row/unmade' }, content: content() };
  await expect(changer.artifactVersions.uploadByRef(unmade)).rejects.toMatchObject({ status: 403 });
  expect((await changer.artifacts.list({ query: { ref: 'row/un*' } })).items).toEqual([]);
});

function pack(refs?: string[], actions = ['read']): Grant {
  return { resource: 'packs', actions, ...(refs === undefined ? {} : { constraints: { pack_refs: refs } }) };
}
