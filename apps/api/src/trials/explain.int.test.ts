import type { Client } from '@attune/contract';
import { commitEvaluations, currentEpoch, getDefinitionVersion, getRuleByRef, insertRule } from '@attune/db';
import { useTestApi } from '../testing/test-api.js';

const t = useTestApi();
let client: Client;

beforeAll(async () => {
  client = await t.client();
  await client.packs.create({ body: { ref: 'ops', label: 'Operations', version: '1.0.0' } });
  await client.triggers.create({ body: { ref: 'ops.load', label: 'Load' } });
  await client.rules.create({
    body: {
      ref: 'ops.high',
      label: 'High',
      trigger_ref: 'ops.load',
      action_ref: 'core.noop',
      conditions: [
        { field: 'host', operator: 'equals', value: 'db-1' },
        { field: 'load', operator: 'gt', value: 5 },
      ],
    },
  });
});

function codesOf({ reasons }: { reasons: { code: string }[] }): string[] {
  return reasons.map(({ code }) => code);
}

async function record(payload: unknown): Promise<number> {
  const { data } = await client.events.record({ body: { trigger_ref: 'ops.load', payload } });
  return 'id' in data ? data.id : 0;
}

test('each clause is told with its actual value, in a line for people', async () => {
  const event = await record({ host: 'db-1', load: '7' });
  const { data } = await client.rules.explain({ params: { ref: 'ops.high' }, query: { event } });
  expect(data).toMatchObject({ rule_ref: 'ops.high', event, rule_version: 1, matched: false, error: null });
  expect(data.clauses.map(({ ok, actual }) => [ok, actual])).toEqual([
    [true, 'db-1'],
    [false, '7'],
  ]);
  expect(data).toMatchObject({ first_failing: 1, verdict: 'no_match', parameters: null });
  expect(data.clauses[1]?.explanation).toContain('load');
  expect(data.clauses[1]?.note).toContain('string');
});

test('the version that was in force then decides, not the one of today', async () => {
  const event = await record({ host: 'db-1', load: 7 });
  await client.rules.update({ params: { ref: 'ops.high' }, body: { conditions: 'false', enabled: false } });
  const then = await client.rules.explain({ params: { ref: 'ops.high' }, query: { event } });
  expect(then.data).toMatchObject({
    rule_version: 1,
    matched: true,
    verdict: 'execution',
    reasons: [{ code: 'not_evaluated', message: 'the event is not evaluated yet' }],
    agrees: null,
  });
  const later = await record({ host: 'db-1', load: 7 });
  const now = await client.rules.explain({ params: { ref: 'ops.high' }, query: { event: later } });
  expect(now.data).toMatchObject({ rule_version: 2, matched: false });
  expect(codesOf(now.data)).toContain('rule_disabled');
});

test('an event of another trigger is a reason of its own', async () => {
  await client.triggers.create({ body: { ref: 'ops.other', label: 'Other' } });
  const { data } = await client.events.record({ body: { trigger_ref: 'ops.other', payload: {} } });
  const event = 'id' in data ? data.id : 0;
  const explained = await client.rules.explain({ params: { ref: 'ops.high' }, query: { event } });
  expect(explained.data.reasons).toContainEqual({
    code: 'other_trigger',
    message: 'the rule is for ops.load; the event is of ops.other',
  });
});

test('reading the rule is not enough: the event has to be readable too', async () => {
  const event = await record({ host: 'db-1' });
  const { token } = await t.login([{ resource: 'rules', actions: ['read'] }]);
  const path = `/api/v1/rules/ops.high/explain?event=${event}`;
  expect((await t.request('GET', path, { token })).status).toBe(403);
});

test('a match that was not run says why', async () => {
  const owner = await t.login([]);
  await insertRule(t.db, {
    ref: 'ops.owned',
    label: 'Owned',
    trigger_ref: 'ops.load',
    action_ref: 'core.noop',
    owner_identity: owner.identityId,
  });
  const event = await record({});
  const rule = await getRuleByRef(t.db, 'ops.owned');
  const version = await getDefinitionVersion(t.db, { entityType: 'rule', ref: rule.ref, version: 1 });
  const detail = `${owner.login}, who owns rule ops.owned, may not execute core.noop`;
  await commitEvaluations(t.db, {
    epoch: await currentEpoch(t.db),
    evaluations: [{ event_id: event, matched: 1 }],
    enforcements: [
      {
        event_id: event,
        rule_id: rule.id,
        rule_version: version.id,
        disabled: { code: 'permission_denied', detail },
      },
    ],
  });

  const { data } = await client.rules.explain({ params: { ref: 'ops.owned' }, query: { event } });

  expect(data).toMatchObject({
    matched: true,
    verdict: 'refused',
    reasons: [{ code: 'permission_denied', message: detail }],
    live: { status: 'evaluated', enforcement_status: 'disabled', execution: null },
    agrees: true,
  });
});
