import {
  assignPermissionSet,
  findPermissionSetByRef,
  getExecution,
  getPermissionSetByRef,
  insertPermissionSet,
  listAuditEvents,
} from '@attune/db';
import { executionFinished } from '@attune/mq';
import { waitUntil } from '@attune/testing';
import { everything, useTestApi } from '../testing/test-api.js';

const t = useTestApi();

/** A pack with one action, which waits for its run. */
async function packInUse(ref: string) {
  const client = await t.client();
  await client.packs.create({ body: { ref, label: ref, version: '1.0.0' } });
  await client.actions.create({
    body: { ref: `${ref}.act`, label: 'Act', runtime_ref: 'core.shell', entrypoint: 'true' },
  });
  const { data } = await client.executions.execute({ body: { action_ref: `${ref}.act` } });
  return { client, execution: data.id };
}

test('a pack whose actions run is kept, and the refusal says how to force it', async () => {
  const { client, execution } = await packInUse('busy');
  const answer = await t.request('DELETE', '/api/v1/packs/busy', { token: await t.admin() });
  expect(answer).toMatchObject({
    status: 409,
    body: {
      code: 'CONFLICT',
      details: [{ path: 'query.force', hint: expect.stringContaining('?force=true') }],
    },
  });
  expect(answer.body.error).toContain(String(execution));
  expect((await client.packs.get({ params: { ref: 'busy' } })).data.ref).toBe('busy');
  expect((await getExecution(t.db, execution)).status).toBe('requested');
});

test('by force it goes with its components, and what ran is cancelled and told', async () => {
  const { client, execution } = await packInUse('forced');
  const finished: number[] = [];
  const subscription = await t.bus.subscribe(executionFinished, async (batch) => {
    finished.push(...batch.map(({ body }) => body.executionId));
  });
  await client.packs.delete({ params: { ref: 'forced' }, query: { force: true } });
  await waitUntil(() => finished.includes(execution));
  await subscription.close();
  expect(await getExecution(t.db, execution)).toMatchObject({ status: 'cancelled' });
  const token = await t.admin();
  for (const path of ['packs/forced', 'actions/forced.act']) {
    expect(await t.request('GET', `/api/v1/${path}`, { token })).toMatchObject({ status: 404 });
  }
});

test('force needs the right to cancel; without it nothing is cancelled or deleted', async () => {
  const { client, execution } = await packInUse('held');
  const { token } = await t.login(
    everything.filter(({ resource, actions }) => !(resource === 'executions' && actions[0] === 'cancel')),
  );
  const answer = await t.request('DELETE', '/api/v1/packs/held?force=true', { token });
  expect(answer).toMatchObject({
    status: 403,
    body: { error: 'Insufficient permissions: executions:cancel' },
  });
  expect((await getExecution(t.db, execution)).status).toBe('requested');
  expect((await client.packs.get({ params: { ref: 'held' } })).data.ref).toBe('held');
});

test('what another pack uses keeps the pack, and the executions, also by force', async () => {
  const { client, execution } = await packInUse('lender');
  await client.runtimes.create({ body: { ref: 'lender.special', name: 'Special' } });
  await client.packs.create({ body: { ref: 'borrower', label: 'x', version: '1.0.0' } });
  await client.sensors.create({
    body: { ref: 'borrower.watch', label: 'x', runtime_ref: 'lender.special', entrypoint: 'watch' },
  });
  const answer = await t.request('DELETE', '/api/v1/packs/lender?force=true', { token: await t.admin() });
  expect(answer).toMatchObject({ status: 409, body: { code: 'CONFLICT' } });
  expect((await getExecution(t.db, execution)).status).toBe('requested');
});

test('a pack whose permission sets make the last administrator is kept, also by force', async () => {
  const { execution } = await packInUse('guard');
  const { grants } = await getPermissionSetByRef(t.db, 'core.admin');
  await insertPermissionSet(t.db, { ref: 'guard.root', grants });
  const root = await t.login([]);
  await assignPermissionSet(t.db, root.identityId, 'guard.root');
  const remove = () => t.request('DELETE', '/api/v1/packs/guard?force=true', { token: root.token });

  expect(await remove()).toMatchObject({
    status: 409,
    body: { code: 'CONFLICT', error: 'nobody would be left who holds every permission' },
  });
  expect(await findPermissionSetByRef(t.db, 'guard.root')).toBeDefined();
  expect((await getExecution(t.db, execution)).status).toBe('requested');
  const filter = { event_type: 'pack.deleted', resource_ref: 'guard' };
  expect((await listAuditEvents(t.db, filter, { limit: 1 })).items).toEqual([]);

  await assignPermissionSet(t.db, (await t.login([])).identityId, 'core.admin');
  expect((await remove()).status).toBe(200);
});
