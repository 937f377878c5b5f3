import type { Client } from '@attune/contract';
import { makeExecution } from '@attune/db/testing';
import type { Grant } from '@attune/domain';
import { message, notice } from '@attune/mq';
import { openStream } from '../testing/open-stream.js';
import type { OpenStream } from '../testing/open-stream.js';
import { everything, testPassword, useTestApi } from '../testing/test-api.js';

const t = useTestApi();
const secret = 'correct-horse-battery-staple';
let admin: Client;
/** Nothing of what these tests do. */
const markId = 999_999;

const reads = (resource: Grant['resource'], constraints?: Grant['constraints']): Grant => ({
  resource,
  actions: ['read'],
  ...(constraints === undefined ? {} : { constraints }),
});

beforeAll(async () => {
  const actions = ['create', 'update', 'delete'];
  const ofOthers = (['keys', 'artifacts'] as const).map((resource): Grant => ({
    resource,
    actions,
    constraints: { owner: 'any' },
  }));
  admin = await t.client([...everything, ...ofOthers]);
});

/** Somebody with these grants, who listens. */
async function listener(...grants: Grant[]) {
  const account = await t.login([...grants, reads('triggers')]);
  const stream = await openStream(t, account.token);
  await stream.next('alive');
  return { ...account, stream };
}

/** What was told until now, as `kind change ref-or-id`. */
async function told(stream: OpenStream): Promise<string[]> {
  await t.bus.publish([
    message(notice, { changes: [{ entityType: 'trigger', entityId: markId, change: 'updated' }] }),
  ]);
  for (;;) {
    const { data } = await stream.next('change');
    if (data['entity_id'] === markId) break;
  }
  expect(JSON.stringify(stream.events)).not.toContain(secret);
  const changes = stream.events.map(({ data }) => data).filter(({ change }) => change !== undefined);
  stream.response.destroy();
  return changes
    .filter(({ entity_id }) => entity_id !== markId)
    .map((data) => [data['entity_type'], data['change'], data['ref'] ?? data['entity_id']].join(' '));
}

test('changes of keys are told to who may read the key, and never its value', async () => {
  const [everybody, limited, nobody] = [
    await listener(reads('keys')),
    await listener(reads('keys', { refs: ['told.open'], encrypted: true })),
    await listener(reads('executions')),
  ];
  const of = (ref: string, more: object) =>
    ({ body: { ref, name: ref, value: secret, owner_type: 'system', ...more } }) as never;
  await admin.keys.create(of('told.open', {}));
  await admin.keys.update({ params: { ref: 'told.open' }, body: { value: { nested: secret } } });
  await admin.keys.create(of('told.theirs', { owner_type: 'identity', owner: limited.login }));
  await admin.keys.create(of('told.mine', { owner_type: 'identity', owner: everybody.login }));
  await admin.keys.update({ params: { ref: 'told.open' }, body: { encrypted: false, value: secret } });
  await admin.keys.delete({ params: { ref: 'told.open' } });

  expect(await told(everybody.stream)).toEqual([
    'key created told.open',
    'key updated told.open',
    'key created told.mine',
    'key updated told.open',
    'key deleted told.open',
  ]);
  expect(await told(limited.stream)).toEqual(['key created told.open', 'key updated told.open']);
  expect(await told(nobody.stream)).toEqual([]);
});

test('changes of artifacts and of their versions are told to who may read the artifact', async () => {
  const [everybody, ofPack] = [
    await listener(reads('artifacts')),
    await listener(reads('artifacts'), reads('packs', { refs: ['ops'] })),
  ];
  const make = async (ref: string, more: object) =>
    (await admin.artifacts.create({ body: { ref, type: 'other', ...more } as never })).data.id;
  const open = { params: { id: await make('told/open', { scope: 'system', visibility: 'public' }) } };
  await make('told/system', { scope: 'system', visibility: 'private' });
  await make('told/ops', { scope: 'pack', owner: 'ops', visibility: 'private' });
  await make('told/mine', { scope: 'identity', owner: everybody.login, visibility: 'private' });
  await admin.artifacts.setData({ ...open, body: { data: { secret } } });
  await admin.artifactVersions.create({ ...open, body: { content: { secret } } });
  await admin.artifactVersions.upload({ ...open, content: Buffer.from(secret), contentType: 'text/plain' });
  await admin.artifactVersions.delete({ params: { ...open.params, version: 1 } });
  await admin.artifacts.update({ ...open, body: { visibility: 'private' } });
  await admin.artifacts.delete(open);

  const ofOpen = ['created', ...Array.from({ length: 4 }, () => 'updated')].map(
    (change) => `artifact ${change} told/open`,
  );
  const [created = '', ...updated] = ofOpen;
  expect(await told(everybody.stream)).toEqual([created, 'artifact created told/mine', ...updated]);
  expect(await told(ofPack.stream)).toEqual([created, 'artifact created told/ops', ...updated]);
});

test('an artifact that an upload makes is told as made, its progress as a change', async () => {
  const { stream } = await listener(reads('artifacts'));
  const params = { ref: 'told/uploaded' };
  const fields = { type: 'other', scope: 'system', visibility: 'public' } as const;
  const file = { content: Buffer.from('x'), contentType: 'text/plain' };
  await admin.artifactVersions.uploadByRef({ params, fields, ...file });
  await admin.artifactVersions.uploadByRef({ params, fields, ...file });
  const { data } = await admin.artifacts.create({
    body: { ref: 'told/progress', type: 'progress', scope: 'system' },
  });
  await admin.artifacts.appendProgress({ params: { id: data.id }, body: { entry: { percent: 50 } } });

  expect(await told(stream)).toEqual([
    'artifact created told/uploaded',
    'artifact updated told/uploaded',
    'artifact created told/progress',
    'artifact updated told/progress',
  ]);
});

test('changes of inquiries are told, also to who may read only those asked of them', async () => {
  const [everybody, asked] = [
    await listener(reads('inquiries')),
    await listener(reads('inquiries', { owner: 'self' })),
  ];
  const ask = async (more: object) => {
    const execution = await makeExecution(t.db, { status: 'running' });
    const body = { execution: execution.id, prompt: secret, ...more };
    return (await admin.inquiries.create({ body })).data.id;
  };
  const one = { params: { id: await ask({}) } };
  await admin.inquiries.update({ ...one, body: { assigned_to: asked.identityId } });
  await admin.inquiries.cancel(one);
  await admin.inquiries.delete(one);

  const events = everybody.stream.events;
  expect(await told(everybody.stream)).toHaveLength(4);
  const shown = events.map(({ data }) => data).filter(({ entity_id }) => entity_id === one.params.id);
  expect(shown.map(({ change, status }) => [change, status])).toEqual([
    ['created', 'pending'],
    ['updated', 'pending'],
    ['updated', 'cancelled'],
    ['deleted', 'cancelled'],
  ]);
  expect(await told(asked.stream)).toHaveLength(3);
});

test('changes of identities and permission sets are told by id, without logins', async () => {
  const [administrator, other] = [
    await listener(reads('identities'), reads('permissions')),
    await listener(reads('keys')),
  ];
  const { data } = await admin.identities.create({ body: { login: 'told-person', password: testPassword } });
  const params = { id: data.id };
  await admin.identities.freeze({ params });
  await admin.identities.unfreeze({ params });
  await admin.identities.addRole({ params, body: { role: 'told-role' } });
  const set = { ref: 'core.told', grants: [reads('rules')] };
  await admin.permissionSets.create({ body: set });
  await admin.identities.delete({ params });
  await admin.permissionSets.delete({ params: { ref: 'core.told' } });

  const { events } = administrator.stream;
  expect(await told(administrator.stream)).toEqual([
    `identity created ${data.id}`,
    ...Array.from({ length: 3 }, () => `identity updated ${data.id}`),
    'permission_set created core.told',
    `identity deleted ${data.id}`,
    'permission_set deleted core.told',
  ]);
  expect(JSON.stringify(events)).not.toContain('told-person');
  expect(await told(other.stream)).toEqual([]);
});
