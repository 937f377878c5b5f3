import { definitionChanged } from '@attune/mq';
import type { DefinitionChanged } from '@attune/mq';
import { waitUntil } from '@attune/testing';
import { definitionSamples } from '../testing/definition-samples.js';
import { useOpsPack } from '../testing/ops-pack.js';
import { useTestApi } from '../testing/test-api.js';

const t = useTestApi();
useOpsPack(t);

interface Shown {
  id: number;
  ref: string;
  [field: string]: unknown;
}

describe.each(definitionSamples)('$resource', ({ resource, type, refOf, title, body, fields }) => {
  const collection = `/api/v1/${resource}`;

  async function send(method: string, path: string, json?: unknown, headers: Record<string, string> = {}) {
    const token = await t.admin();
    return t.request(method, `${collection}${path}`, {
      token,
      headers,
      ...(json === undefined ? {} : { json }),
    });
  }

  async function make(name: string, more: object = {}) {
    const ref = refOf(name);
    const answer = await send('POST', '', { ref, [title]: 'First', description: 'Why', ...body, ...more });
    expect(answer).toMatchObject({ status: 201, body: { data: { ref } } });
    return answer.body.data as Shown;
  }

  const auditOf = (ref: string) =>
    t.db
      .selectFrom('audit_event')
      .select(['event_type', 'resource_id', 'actor_login', 'details'])
      .where('resource_type', '=', type)
      .where('resource_ref', '=', ref)
      .orderBy('id')
      .execute();

  test('one is shown as it was made, by ref and by id, with the fields clients look for', async () => {
    const made = await make('made');
    expect(made).toMatchObject({ ...body, [title]: 'First', description: 'Why' });
    expect(Object.keys(made)).toEqual(expect.arrayContaining([...fields]));
    for (const address of [made.ref, String(made.id)]) {
      const shown = await send('GET', `/${address}`);
      expect(shown).toMatchObject({ status: 200, body: { data: made } });
      expect(shown.headers.get('etag')).toBe('"1"');
    }
  });

  test('a second one of the same ref is a conflict', async () => {
    await make('twice');
    const answer = await send('POST', '', { ref: refOf('twice'), [title]: 'Again', ...body });
    expect(answer).toMatchObject({ status: 409, body: { code: 'CONFLICT' } });
  });

  test('PATCH and PUT change what they are given, clear what is null, and keep the rest', async () => {
    const made = await make('changed');
    const patched = await send('PATCH', `/${made.ref}`, { [title]: 'Second' });
    expect(patched.body.data).toEqual({ ...made, [title]: 'Second', updated: expect.any(String) });
    const put = await send('PUT', `/${made.id}`, { description: null });
    expect(put.body.data).toEqual({
      ...made,
      [title]: 'Second',
      description: null,
      updated: expect.any(String),
    });
    expect(put.headers.get('etag')).toBe('"3"');
  });

  test('a change to what it says already is none', async () => {
    const made = await make('same');
    const answer = await send('PATCH', `/${made.ref}`, { [title]: 'First' });
    expect(answer.body.data).toEqual(made);
    expect(answer.headers.get('etag')).toBe('"1"');
    expect(await auditOf(made.ref)).toHaveLength(1);
  });

  test('a change or a deletion meant for another version is refused whole', async () => {
    const made = await make('versioned');
    await send('PATCH', `/${made.ref}`, { [title]: 'Second' });
    const stale = { 'if-match': '"1"' };
    const late = await send('PATCH', `/${made.ref}`, { [title]: 'Late' }, stale);
    expect(late).toMatchObject({ status: 412, body: { code: 'PRECONDITION_FAILED' } });
    expect(await send('DELETE', `/${made.ref}`, undefined, stale)).toMatchObject({ status: 412 });
    expect((await send('GET', `/${made.ref}`)).body.data).toMatchObject({ [title]: 'Second' });
    expect(await send('DELETE', `/${made.ref}`, undefined, { 'if-match': '"2"' })).toMatchObject({
      status: 200,
    });
  });

  test('what is deleted is gone, and what is not there is a 404 that names it', async () => {
    const made = await make('deleted');
    const answer = await send('DELETE', `/${made.id}`);
    expect(answer).toMatchObject({
      status: 200,
      body: { success: true, message: `${type} ${made.ref} deleted` },
    });
    for (const [method, json] of [['GET'], ['DELETE'], ['PATCH', {}], ['PUT', {}]] as const) {
      expect(await send(method, `/${made.ref}`, json)).toMatchObject({
        status: 404,
        body: { code: 'NOT_FOUND', error: `${type} with ref '${made.ref}' does not exist` },
      });
    }
  });

  test('each change is in the audit trail with what it said before and after, and is told to other services', async () => {
    const told: DefinitionChanged[] = [];
    const subscription = await t.bus.subscribe(definitionChanged, async (batch) => {
      told.push(...batch.map((each) => each.body).filter(({ ref }) => ref === refOf('told')));
    });
    const made = await make('told');
    const { data: changed } = (await send('PATCH', `/${made.ref}`, { [title]: 'Second' })).body;
    await send('DELETE', `/${made.ref}`);
    await waitUntil(() => told.length === 3);
    await subscription.close();
    expect(told).toEqual([
      { entityType: type, id: made.id, ref: made.ref, version: 1, change: 'created' },
      { entityType: type, id: made.id, ref: made.ref, version: 2, change: 'updated' },
      { entityType: type, id: made.id, ref: made.ref, version: 2, change: 'deleted' },
    ]);
    expect(await auditOf(made.ref)).toMatchObject([
      { event_type: `${type}.created`, resource_id: made.id, details: { before: null, after: made } },
      { event_type: `${type}.updated`, resource_id: made.id, details: { before: made, after: changed } },
      { event_type: `${type}.deleted`, resource_id: made.id, details: { before: changed, after: null } },
    ]);
  });

  test('lists hold it, filtered, in pages, and of its pack', async () => {
    const made = await make('listed', { [title]: 'Listed' });
    const listed = await send('GET', `?ref=${made.ref}&include_total=true`);
    expect(listed.body).toMatchObject({
      items: [{ id: made.id, ref: made.ref }],
      pagination: { page: 1, page_size: 50, total_items: 1, has_next: false },
    });
    if (type === 'pack') return;
    const token = await t.admin();
    const ofPack = await t.request('GET', `/api/v1/packs/ops/${resource}?page_size=1000`, { token });
    expect(ofPack.body).toMatchObject({
      items: expect.arrayContaining([expect.objectContaining({ ref: made.ref })]),
    });
    const ofOther = await t.request('GET', `/api/v1/packs/core/${resource}?page_size=1000`, { token });
    expect(JSON.stringify(ofOther.body)).not.toContain(made.ref);
    const ofNone = await t.request('GET', `/api/v1/packs/nope/${resource}`, { token });
    expect(ofNone).toMatchObject({ status: 404, body: { error: "pack with ref 'nope' does not exist" } });
  });

  test('a body that is not valid is refused at its path, and nothing changes', async () => {
    const made = await make('refused');
    const patch = await send('PATCH', `/${made.ref}`, { [title]: 5 });
    expect(patch).toMatchObject({ status: 422, body: { details: [{ path: title }] } });
    const create = await send('POST', '', { ref: 'Not A Ref', [title]: 'x', ...body });
    expect(create).toMatchObject({ status: 422, body: { details: [{ path: 'ref' }] } });
    expect((await send('GET', `/${made.ref}`)).body.data).toEqual(made);
  });
});
