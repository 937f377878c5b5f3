import { listAuditEvents } from '@attune/db';
import { makeEnforcement, makeRule } from '@attune/db/testing';
import { opsRule, useOpsPack } from '../testing/ops-pack.js';
import { useTestApi } from '../testing/test-api.js';

const t = useTestApi();
const ops = useOpsPack(t);

/** A match that is held. */
async function held(): Promise<number> {
  const rule = await makeRule(t.db, { trigger_ref: opsRule.trigger_ref, action_ref: opsRule.action_ref });
  return (await makeEnforcement(t.db, { rule })).id;
}

test('a held match says what it waits for, and is found', async () => {
  const id = await held();
  const { data } = await ops.client.enforcements.get({ params: { id } });
  expect(data).toMatchObject({ status: 'created', waiting: { for: 'release', until: null }, reason: null });
  const { items } = await ops.client.enforcements.list({ query: { status: 'created' } });
  expect(items.map((item) => item.id)).toContain(id);
});

test('it is let go on once', async () => {
  const id = await held();
  const { data } = await ops.client.enforcements.release({ params: { id } });
  expect(data).toMatchObject({
    id,
    status: 'created',
    waiting: { for: 'release', until: expect.any(String) },
  });
  await expect(ops.client.enforcements.release({ params: { id } })).rejects.toMatchObject({ status: 409 });
  const { items } = await listAuditEvents(t.db, { event_type: 'enforcement.released' }, { limit: 5 });
  expect(items).toMatchObject([{ resource_id: id }]);
});

test('or it is dropped, by whom is kept, and is not let go on any more', async () => {
  const id = await held();
  const { data } = await ops.client.enforcements.drop({ params: { id } });
  expect(data).toMatchObject({
    status: 'disabled',
    waiting: null,
    reason: { code: 'dropped', detail: expect.stringMatching(/^dropped by /) },
  });
  await expect(ops.client.enforcements.drop({ params: { id } })).rejects.toMatchObject({ status: 409 });
  await expect(ops.client.enforcements.release({ params: { id } })).rejects.toMatchObject({ status: 409 });
});

test('reading is not letting go on', async () => {
  const id = await held();
  const { token } = await t.login([{ resource: 'enforcements', actions: ['read'] }]);
  for (const verb of ['release', 'drop']) {
    expect(await t.request('POST', `/api/v1/enforcements/${id}/${verb}`, { token })).toMatchObject({
      status: 403,
    });
  }
});
