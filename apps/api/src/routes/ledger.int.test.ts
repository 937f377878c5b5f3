import { useTestApi } from '../testing/test-api.js';

const t = useTestApi();

test('the ledger counts what was accepted, and says whether it balances', async () => {
  const client = await t.client();
  const since = new Date().toISOString();
  await client.events.record({ body: { trigger_ref: 'core.webhook', payload: {} } });
  const { data } = await client.system.ledger({ query: { since } });
  expect(data).toMatchObject({ balanced: true, counts: { events_accepted: 1, events_pending: 1 } });
});

test('an instant that is none is refused', async () => {
  const answer = await t.request('GET', '/api/v1/ledger?since=yesterday', { token: await t.admin() });
  expect(answer).toMatchObject({ status: 422, body: { details: [{ path: 'query.since' }] } });
});
