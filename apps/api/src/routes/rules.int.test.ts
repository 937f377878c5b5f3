import { opsRule, useOpsPack } from '../testing/ops-pack.js';
import { useTestApi } from '../testing/test-api.js';

const t = useTestApi();
const ops = useOpsPack(t);

async function refusal(path: string, json: unknown, method = 'POST') {
  const { status, body } = await t.request(method, path, { token: await t.admin(), json });
  return { status, code: body.code, details: body.details };
}

function countRows(table: 'rule' | 'definition_version') {
  return t.db
    .selectFrom(table)
    .select((eb) => eb.fn.countAll<number>().as('rows'))
    .executeTakeFirstOrThrow();
}

test('a rule is made, shown, listed, changed and switched', async () => {
  const { data: made } = await ops.client.rules.create({ body: opsRule });
  expect(made).toMatchObject({
    ...opsRule,
    pack_ref: 'ops',
    enabled: true,
    is_adhoc: true,
    trigger_params: {},
  });
  expect((await ops.client.rules.get({ params: { ref: 'ops.hello' } })).data).toEqual(made);
  expect((await ops.client.rules.get({ params: { ref: String(made.id) } })).data).toEqual(made);
  const { items } = await ops.client.rules.list({ query: { trigger_ref: 'ops.*', enabled: true } });
  expect(items).toEqual([made]);

  const { data: changed } = await ops.client.rules.update({
    params: { ref: 'ops.hello' },
    body: { label: 'Changed', description: null, action_params: { text: 'x' } },
  });
  expect(changed).toMatchObject({ ...opsRule, label: 'Changed', action_params: { text: 'x' } });
  expect((await ops.client.rules.disable({ params: { ref: 'ops.hello' } })).data.enabled).toBe(false);
  expect((await ops.client.rules.disable({ params: { ref: 'ops.hello' } })).data.enabled).toBe(false);
  expect((await ops.client.rules.enable({ params: { ref: 'ops.hello' } })).data.enabled).toBe(true);
});

test.each([
  ['an unknown trigger', { trigger_ref: 'ops.disk_ful' }, 'trigger_ref', "did you mean 'ops.disk_full'?"],
  ['an unknown action', { action_ref: 'core.ecoh' }, 'action_ref', "did you mean 'core.echo'?"],
  ['an unknown pack', { ref: 'opss.hello' }, 'ref', "did you mean 'ops'?"],
  ['a pack that is not its own', { pack_ref: 'core' }, 'pack_ref', undefined],
  ['a condition that does not parse', { conditions: 'event.payload.percent >' }, 'conditions', undefined],
  [
    'a condition with an unknown function',
    { conditions: 'event.payload.host.uper() == "A"' },
    'conditions',
    undefined,
  ],
  ['a condition with an unknown name', { conditions: 'evnt.payload.x == 1' }, 'conditions', undefined],
  [
    'a condition with an unknown operator',
    { conditions: [{ field: 'percent', operator: 'gratr', value: 1 }] },
    'conditions[0].operator',
    undefined,
  ],
  [
    'a parameter of the wrong type',
    { action_params: { text: 'x', level: 'three' } },
    'action_params.level',
    undefined,
  ],
  ['a missing parameter', { action_params: {} }, 'action_params.text', undefined],
  [
    'a template that does not parse',
    { action_params: { text: '{{ event.payload. }}' } },
    'action_params.text',
    undefined,
  ],
  [
    'a trigger parameter of the wrong type',
    { trigger_params: { mount: 5 } },
    'trigger_params.mount',
    undefined,
  ],
  [
    'a timer without interval',
    { trigger_ref: 'core.intervaltimer', trigger_params: { unit: 'seconds' } },
    'trigger_params.interval',
    undefined,
  ],
  [
    'a cron expression that is none',
    { trigger_ref: 'core.crontimer', trigger_params: { expression: '61 * * * *' } },
    'trigger_params.expression',
    undefined,
  ],
  [
    'a time zone that is none',
    {
      trigger_ref: 'core.crontimer',
      trigger_params: { expression: '0 9 * * *', timezone: 'Europe/Berlim' },
    },
    'trigger_params.timezone',
    undefined,
  ],
  ['a ref in capitals', { ref: 'ops.Hello' }, 'ref', undefined],
  ['a label of the wrong type', { label: 5 }, 'label', undefined],
])('%s is refused at its path, and nothing is stored', async (_what, change, path, hint) => {
  await t.admin();
  const before = await Promise.all([countRows('rule'), countRows('definition_version')]);
  const answer = await refusal('/api/v1/rules', { ...opsRule, ref: 'ops.refused', ...change });
  expect(answer).toMatchObject({ status: 422, code: 'VALIDATION_ERROR' });
  expect(answer.details?.map((detail) => detail.path)).toEqual([path]);
  if (hint !== undefined) expect(answer.details?.[0]?.hint).toBe(hint);
  expect(await Promise.all([countRows('rule'), countRows('definition_version')])).toEqual(before);
});

test('a bad condition says line, column and what is wrong', async () => {
  const { details } = await refusal('/api/v1/rules', {
    ...opsRule,
    ref: 'ops.refused',
    conditions: '1 +\n  * 2',
  });
  expect(details?.[0]?.message).toMatch(/line 2, column \d+/);
});

test('all faults come at once', async () => {
  const body = {
    ...opsRule,
    ref: 'ops.refused',
    trigger_ref: 'no.such',
    action_ref: 'no.such',
    conditions: '1 +',
  };
  const { details } = await refusal('/api/v1/rules', body);
  expect(details?.map(({ path }) => path)).toEqual(['trigger_ref', 'conditions', 'action_ref']);
});

test('a change is checked like a new rule, and a bad one changes nothing', async () => {
  const patched = { ...opsRule, ref: 'ops.patched' };
  await ops.client.rules.create({ body: patched });
  const answer = await refusal(
    '/api/v1/rules/ops.patched',
    { conditions: '1 +', action_params: { text: 1 } },
    'PATCH',
  );
  expect(answer).toMatchObject({
    status: 422,
    details: [{ path: 'conditions' }, { path: 'action_params.text' }],
  });
  expect((await ops.client.rules.get({ params: { ref: 'ops.patched' } })).data).toMatchObject(patched);
});

test('an unknown field is ignored and reported', async () => {
  const { warnings } = await ops.client.rules.create({
    body: { ...opsRule, ref: 'ops.warned', action_parms: {}, enabled: true } as typeof opsRule,
  });
  expect(warnings).toEqual(["unknown field 'action_parms' ignored"]);
});

test('a rule may say which of its matches it acts on', async () => {
  const flow = {
    dedupe: { key: 'event.payload.host', window: '1h' },
    throttle: { count: 5, window: '10m' },
  };
  const { data } = await ops.client.rules.create({ body: { ...opsRule, ref: 'ops.controlled', ...flow } });
  expect(data).toMatchObject({ ...flow, debounce: null });
  const params = { ref: 'ops.controlled' };
  const debounce = { quiet: '30s' };
  const { data: changed } = await ops.client.rules.update({
    params,
    body: { dedupe: null, throttle: null, debounce },
  });
  expect(changed).toMatchObject({ dedupe: null, throttle: null, debounce });
});

test.each([
  ['a window that is none', { dedupe: { window: 'soon' } }, 'dedupe.window'],
  ['a key that cannot be read', { dedupe: { key: 'event.', window: '1m' } }, 'dedupe.key'],
  ['a key over secrets', { throttle: { key: 'keys.token', count: 1, window: '1m' } }, 'throttle.key'],
  ['no count', { throttle: { window: '1m' } }, 'throttle.count'],
  [
    'two that contradict each other',
    { throttle: { count: 1, window: '1m' }, debounce: { quiet: '1m' } },
    'throttle',
  ],
])('%s is refused', async (_what, flow, path) => {
  const { status, details } = await refusal('/api/v1/rules', { ...opsRule, ref: 'ops.wrong_flow', ...flow });
  expect([400, 422]).toContain(status);
  expect(details).toMatchObject([{ path }]);
});
