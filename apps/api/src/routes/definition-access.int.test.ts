import type { Grant } from '@attune/domain';
import { definitionSamples } from '../testing/definition-samples.js';
import { opsRule, useOpsPack } from '../testing/ops-pack.js';
import { useTestApi } from '../testing/test-api.js';

const t = useTestApi();
useOpsPack(t);

/** Who changes a policy must be allowed to limit what it limits. */
const limitsOfNote: Grant[] = [
  { resource: 'policies', actions: ['update'], constraints: { refs: ['ops.note'] } },
];

const pathOf = (rest: string) => `/api/v1/${rest}`;

describe.each(definitionSamples)('$resource', ({ resource, type, refOf, title, body }) => {
  test('are shown, listed, changed and deleted within the limits of a grant only', async () => {
    const admin = await t.admin();
    const [mine, other] = [refOf('mine'), refOf('other')];
    for (const ref of [mine, other]) {
      const json = { ref, [title]: 'First', ...body };
      expect(await t.request('POST', pathOf(resource), { token: admin, json })).toMatchObject({
        status: 201,
      });
    }
    const { token } = await t.login([
      { resource, actions: ['read', 'update', 'delete'], constraints: { refs: [mine] } },
      { resource: 'actions', actions: ['execute'] },
      ...(type === 'policy' ? limitsOfNote : []),
    ]);
    const ask = (method: string, ref: string, json?: object) =>
      t.request(method, pathOf(`${resource}/${ref}`), { token, ...(json === undefined ? {} : { json }) });

    const list = await t.request('GET', pathOf(`${resource}?include_total=true&page_size=1`), { token });
    expect(list.body).toMatchObject({
      items: [{ ref: mine }],
      pagination: { total_items: 1, has_next: false },
    });
    expect(await ask('GET', mine)).toMatchObject({ status: 200 });
    for (const [method, json] of [['GET'], ['PATCH', { [title]: 'x' }], ['PUT', {}], ['DELETE']] as const) {
      const hidden = await ask(method, other, json);
      const absent = await ask(method, refOf('absent'), json);
      expect(hidden.status).toBe(404);
      expect(hidden.body.error).toBe(absent.body.error?.replace(refOf('absent'), other));
    }
    expect(await ask('PATCH', mine, { [title]: 'Second' })).toMatchObject({ status: 200 });
    expect(await ask('DELETE', mine)).toMatchObject({ status: 200 });
    const kept = await t.request('GET', pathOf(`${resource}/${other}`), { token: admin });
    expect(kept.body.data).toMatchObject({ [title]: 'First' });
  });

  test('that may be read and no more are refused, not hidden', async () => {
    const admin = await t.admin();
    const ref = refOf('readable');
    await t.request('POST', pathOf(resource), { token: admin, json: { ref, [title]: 'First', ...body } });
    const { token } = await t.login([
      { resource, actions: ['read'] },
      { resource, actions: ['create', 'update', 'delete'], constraints: { pack_refs: ['elsewhere'] } },
    ]);
    const again = { ref: refOf('unmade'), [title]: 'x', ...body };
    const refused = [
      await t.request('PATCH', pathOf(`${resource}/${ref}`), { token, json: { [title]: 'x' } }),
      await t.request('DELETE', pathOf(`${resource}/${ref}`), { token }),
      await t.request('POST', pathOf(resource), { token, json: again }),
    ];
    for (const answer of refused) expect(answer).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    expect(await t.request('GET', pathOf(`${resource}/${refOf('unmade')}`), { token: admin })).toMatchObject({
      status: 404,
    });
  });
});

test('who may do everything with their own rules has no part in those of others', async () => {
  const admin = await t.admin();
  await t.request('POST', pathOf('rules'), { token: admin, json: { ...opsRule, ref: 'ops.theirs' } });
  const { token, identityId } = await t.login([
    { resource: 'rules', actions: ['read', 'create', 'update', 'delete'], constraints: { owner: 'self' } },
    { resource: 'actions', actions: ['execute'] },
  ]);
  const ask = (method: string, rest: string, json?: object) =>
    t.request(method, pathOf(`rules${rest}`), { token, ...(json === undefined ? {} : { json }) });
  const made = await ask('POST', '', { ...opsRule, ref: 'ops.own' });
  expect(made).toMatchObject({ status: 201, body: { data: { owner_identity: identityId } } });
  expect((await ask('GET', '?include_total=true')).body).toMatchObject({
    items: [{ ref: 'ops.own' }],
    pagination: { total_items: 1 },
  });
  expect(await ask('GET', '/enabled')).toMatchObject({ body: { items: [{ ref: 'ops.own' }] } });
  for (const [method, rest, json] of [
    ['GET', '/ops.theirs'],
    ['PATCH', '/ops.theirs', { label: 'x' }],
    ['POST', '/ops.theirs/disable'],
    ['GET', '/ops.theirs/versions'],
    ['POST', '/ops.theirs/versions/1/restore'],
    ['DELETE', '/ops.theirs'],
  ] as const) {
    expect({ rest, ...(await ask(method, rest, json)) }).toMatchObject({ rest, status: 404 });
  }
  expect(await ask('POST', '/ops.own/disable')).toMatchObject({ body: { data: { enabled: false } } });
  expect(await ask('DELETE', '/ops.own')).toMatchObject({ status: 200 });
});

test('what is listed under something that may not be read is not there', async () => {
  const { token } = await t.login([{ resource: 'rules', actions: ['read'] }]);
  for (const path of ['packs/ops/rules', 'actions/ops.note/rules', 'triggers/ops.disk_full/rules']) {
    expect(await t.request('GET', pathOf(path), { token })).toMatchObject({ status: 404 });
    expect(await t.request('GET', pathOf(path), { token: await t.admin() })).toMatchObject({ status: 200 });
  }
});

test('a name is suggested only to who may read what it names', async () => {
  const grants = [
    { resource: 'rules', actions: ['create'] },
    { resource: 'actions', actions: ['execute'] },
  ] as const;
  const hintOf = async (token: string) => {
    const json = { ...opsRule, ref: 'ops.typo', action_ref: 'ops.noet' };
    const { body } = await t.request('POST', pathOf('rules'), { token, json });
    return body.details?.[0];
  };
  const blind = await t.login(grants.map((grant) => ({ ...grant, actions: [...grant.actions] })));
  expect(await hintOf(blind.token)).toEqual({
    path: 'action_ref',
    message: "no action is called 'ops.noet'",
  });
  expect(await hintOf(await t.admin())).toMatchObject({ hint: "did you mean 'ops.note'?" });
});
