import type { CallInput, Client, Routes } from '@attune/contract';
import { listEnforcements, listEvents } from '@attune/db';
import type { Grant } from '@attune/domain';
import { waitUntil } from '@attune/testing';
import { useTestApi } from '../testing/test-api.js';

type Body = CallInput<Routes['rules']['backtest']>['body'];

const t = useTestApi({ backtests: { max_events: 1_000 } });
const rule_ref = 'ops.full';
let client: Client;
let events: number[];

beforeAll(async () => {
  client = await t.client();
  await client.packs.create({
    body: {
      ref: 'ops',
      label: 'Operations',
      version: '1.0.0',
      conf_schema: { token: { type: 'string', secret: true } },
      config: { token: 'hunter2-canary' },
    },
  });
  await client.triggers.create({ body: { ref: 'ops.disk', label: 'Disk' } });
  await client.actions.create({
    body: {
      ref: 'ops.tell',
      label: 'Tell',
      runtime_ref: 'core.noop',
      entrypoint: 'noop',
      param_schema: {
        host: { type: 'string', required: true },
        token: { type: 'string', secret: true, required: true },
      },
    },
  });
  await client.rules.create({
    body: {
      ref: rule_ref,
      label: 'Full',
      trigger_ref: 'ops.disk',
      action_ref: 'ops.tell',
      conditions: [
        { field: 'host', operator: 'not_equals', value: 'test' },
        { field: 'percent', operator: 'gt', value: 90 },
      ],
      action_params: { host: '{{ event.payload.host }}', token: '{{ pack.config.token }}' },
    },
  });
  const payloads = Array.from({ length: 600 }, (_, n) => ({
    host: n % 10 === 0 ? 'test' : `db${n % 3}`,
    percent: n % 100,
  }));
  events = await record([...payloads, { host: 7, percent: 99 }, { host: 'db1', percent: '99' }]);
});

async function record(payloads: readonly unknown[]): Promise<number[]> {
  const body = { events: payloads.map((payload) => ({ trigger_ref: 'ops.disk', payload })) };
  const { data } = await client.events.record({ body });
  return 'events' in data ? data.events.map(({ id }) => id) : [];
}

async function backtest(body: Body) {
  return (await client.rules.backtest({ body })).data;
}

test('matches, what the others failed at, and what would be run, when', async () => {
  const result = await backtest({ rule_ref, distinct: ['host', 'token'] });

  expect(result).toMatchObject({
    complete: true,
    stopped_by: null,
    events: 602,
    first_event: events[0],
    last_event: events.at(-1),
    matches: 55,
    non_matches: 547,
    errors: 0,
    executions: 54,
    refusals: { parameters_invalid: 1 },
    difference: null,
  });
  expect(result.failing_clauses.map(({ path, count }) => [path, count])).toEqual([
    [expect.stringContaining('percent'), 487],
    [expect.stringContaining('host'), 60],
  ]);
  const total = result.executions_per_hour.reduce((sum, { count }) => sum + count, 0);
  expect(total).toBe(54);
  expect(result.peak_minute?.count).toBeGreaterThan(0);
  expect(result.distinct['host']).toMatchObject({ count: 4, is_more: false });
  expect(result.match_examples).toHaveLength(10);
});

test('nothing secret is shown, and nothing is written', async () => {
  const before = [await countOf(listEnforcements), await countOf(listEvents)];
  const body = { rule_ref, distinct: ['token', 'host'] };
  const draft = { conditions: 'pack.config.token.startsWith("hunter")' };

  const [stored, drafted] = [await backtest(body), await backtest({ ...body, draft })];

  expect(JSON.stringify([stored, drafted])).not.toContain('hunter2');
  expect(stored.match_examples[0]?.parameters).toMatchObject({ token: null });
  // A secret is compared with nothing, so nobody asks it out of a draft.
  expect(drafted).toMatchObject({ matches: 0, errors: 602 });
  expect([await countOf(listEnforcements), await countOf(listEvents)]).toEqual(before);
});

async function countOf(list: typeof listEnforcements | typeof listEvents): Promise<number> {
  const { total = 0 } = await list(t.db, {}, { limit: 1, total: true });
  return total;
}

test('a draft is compared with the rule as it is', async () => {
  const result = await backtest({
    rule_ref,
    draft: { conditions: 'event.payload.host != "test" and event.payload.percent > 95' },
  });

  // A text is no number: that is an error of the expression, and a clause of the list that fails.
  expect(result).toMatchObject({ matches: 24 + 1, errors: 1 });
  expect(result.error_examples).toEqual([{ event: events.at(-1), message: expect.any(String) }]);
  expect(result.difference).toMatchObject({
    added: { count: 0 },
    removed: { count: 30 },
    changed: { count: 0 },
  });
  expect(result.difference?.removed.events).toHaveLength(30);
});

test('a draft with other parameters changes what the matches lead to', async () => {
  const result = await backtest({
    rule_ref,
    draft: { action_params: { host: 'all', token: '{{ event.id }} x' } },
  });

  expect(result).toMatchObject({
    executions: 55,
    difference: { changed: { count: 55 }, removed: { count: 0 } },
  });
});

test('a draft of a rule that is not there yet says all of it', async () => {
  const draft = {
    ref: 'ops.new',
    trigger_ref: 'ops.disk',
    action_ref: 'ops.tell',
    conditions: 'event.payload.percent == 50',
    action_params: { host: 'x', token: '{{ pack.config.token }}' },
  };

  expect(await backtest({ draft })).toMatchObject({ matches: 6, executions: 6, difference: null });
  const { ref, conditions } = draft;
  await expect(backtest({ draft: { ref, conditions } })).rejects.toMatchObject({
    status: 422,
    details: [{ path: 'draft.trigger_ref' }, { path: 'draft.action_ref' }],
  });
});

test('an earlier version is compared with the present one', async () => {
  await client.rules.update({ params: { ref: rule_ref }, body: { label: 'Full disk' } });
  const result = await backtest({ rule_ref, version: 1 });

  expect(result.difference).toEqual({
    added: { count: 0, events: [] },
    removed: { count: 0, events: [] },
    changed: { count: 0, events: [] },
  });
});

test('only the events of a time are looked at', async () => {
  const { data: first } = await client.events.get({ params: { id: events[0] ?? 0 } });
  const later = new Date(new Date(first.created).getTime() + 1).toISOString();

  expect(await backtest({ rule_ref, to: first.created })).toMatchObject({ events: 0, complete: true });
  expect(await backtest({ rule_ref, from: first.created, to: later })).toMatchObject({ events: 602 });
  expect(await backtest({ rule_ref, from: later })).toMatchObject({ events: 0 });
});

test('a limit ends it, and it says so; what fits exactly is complete', async () => {
  expect(await backtest({ rule_ref, max_events: 100 })).toMatchObject({
    events: 100,
    complete: false,
    stopped_by: 'events',
  });
  expect(await backtest({ rule_ref, max_events: 602 })).toMatchObject({ events: 602, complete: true });
});

test('events that the caller may not read are not among them', async () => {
  const rules: Grant = { resource: 'rules', actions: ['read'] };
  const one: Grant = { resource: 'events', actions: ['read'], constraints: { ids: [events[99] ?? 0] } };
  const limited = await t.client([rules, one]);
  const blind = await t.client([rules]);

  const { data } = await limited.rules.backtest({ body: { rule_ref } });
  expect(data).toMatchObject({ events: 1, matches: 1 });
  const refused = blind.rules.backtest({ body: { rule_ref } });
  await expect(refused).rejects.toMatchObject({ status: 403 });
});

test('a draft needs to read what it names', async () => {
  const reader = await t.client([
    { resource: 'rules', actions: ['read'] },
    { resource: 'events', actions: ['read'] },
  ]);
  const body = { rule_ref, draft: { conditions: 'true' } };

  await expect(reader.rules.backtest({ body })).rejects.toMatchObject({ status: 403 });
});

test.each<[string, Body, number, string]>([
  ['no rule at all', {}, 422, 'rule_ref'],
  [
    'conditions that cannot be read',
    { rule_ref, draft: { conditions: 'event.payload.' } },
    422,
    'draft.conditions',
  ],
  ['a trigger that is not there', { rule_ref, draft: { trigger_ref: 'ops.none' } }, 422, 'draft.trigger_ref'],
  ['a rule that is not there', { rule_ref: 'ops.none' }, 404, ''],
  ['a version that is not there', { rule_ref, version: 99 }, 404, ''],
])('%s is refused', async (_what, body, status, path) => {
  const refused = await backtest(body).catch((error: unknown) => error);
  expect(refused).toMatchObject({ status });
  const { details } = refused as { details: { path: string }[] };
  if (path !== '') expect(details.map((detail) => detail.path)).toContain(path);
});

test('a stream tells how far it is, and ends with the result', async () => {
  const seen = [];
  for await (const event of client.followBacktest({ rule_ref })) seen.push(event);

  expect(seen.map(({ event }) => event)).toEqual(['progress', 'progress', 'progress', 'progress', 'result']);
  expect(seen[0]?.data).toMatchObject({ events: 200 });
  expect(seen[3]?.data).toMatchObject({ events: 602, share: 1 });
  expect(seen[4]?.data).toMatchObject({ events: 602, matches: 55, complete: true });
});

test('the place of a reader that has gone is free again', async () => {
  const reading = client.followBacktest({ rule_ref })[Symbol.asyncIterator]();
  await reading.next();
  await reading.return?.();

  const result = await waitUntil(() => backtest({ rule_ref }));
  expect(result).toMatchObject({ events: 602 });
});
