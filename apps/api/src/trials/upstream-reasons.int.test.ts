import type { Client } from '@attune/contract';
import {
  commitEvaluations,
  currentEpoch,
  getActionByRef,
  getRuleByRef,
  insertEvents,
  loadRuleSet,
} from '@attune/db';
import { useTestApi } from '../testing/test-api.js';

const t = useTestApi();
const rule = 'ops.tell';
let client: Client;

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
  await client.triggers.create({ body: { ref: 'ops.load', label: 'Load' } });
  await client.actions.create({
    body: {
      ref: 'ops.say',
      label: 'Say',
      runtime_ref: 'core.noop',
      entrypoint: 'noop',
      param_schema: {
        text: { type: 'string', required: true },
        token: { type: 'string', secret: true },
      },
    },
  });
  for (const ref of [rule, 'ops.other']) {
    await client.rules.create({
      body: {
        ref,
        label: ref,
        trigger_ref: 'ops.load',
        action_ref: 'ops.say',
        action_params: { text: '{{ event.payload.text }}', token: '{{ pack.config.token }}' },
      },
    });
  }
});

async function happens(more: { rule_ref?: string; payload?: unknown } = {}): Promise<number> {
  const [event] = await insertEvents(t.db, [{ trigger_ref: 'ops.load', payload: { text: 'hi' }, ...more }]);
  return event?.id ?? 0;
}

/** As the executor does, with no more than what it is told. */
async function evaluated(event: number, how: 'no match' | 'run' | 'throttled' | 'duplicate') {
  const { id, trigger } = await getRuleByRef(t.db, rule);
  const { rules } = await loadRuleSet(t.db, [trigger ?? 0]);
  const match = {
    event_id: event,
    rule_id: id,
    rule_version: rules.find((each) => each.id === id)?.version ?? 0,
  };
  const action = await getActionByRef(t.db, 'ops.say');
  const enforcement =
    how === 'run'
      ? { ...match, execution: { action_id: action.id, action_version: 1, config: {} } }
      : { ...match, disabled: { code: how as 'throttled', detail: `${how} by event 1` } };
  await commitEvaluations(t.db, {
    epoch: await currentEpoch(t.db),
    evaluations: [{ event_id: event, matched: how === 'no match' ? 0 : 1 }],
    enforcements: how === 'no match' ? [] : [enforcement],
  });
}

async function explain(event: number, ref = rule) {
  const { data } = await client.rules.explain({ params: { ref }, query: { event } });
  return { ...data, codes: data.reasons.map(({ code }) => code) };
}

test('a match that is run has nothing above it, and shows its parameters without what is secret', async () => {
  const event = await happens();
  await evaluated(event, 'run');

  expect(await explain(event)).toMatchObject({
    codes: [],
    verdict: 'execution',
    parameters: { text: 'hi', token: null },
    live: { enforcement_status: 'processed', execution: expect.any(Number), execution_status: 'requested' },
    agrees: true,
  });
});

test('an event that is not evaluated yet says so', async () => {
  expect(await explain(await happens())).toMatchObject({ codes: ['not_evaluated'], agrees: null });
});

test('a rule made after the evaluation of an event did not exist yet', async () => {
  const event = await happens();
  await evaluated(event, 'no match');
  await client.rules.create({
    body: { ref: 'ops.later', label: 'Later', trigger_ref: 'ops.load', action_ref: 'core.noop' },
  });

  expect(await explain(event, 'ops.later')).toMatchObject({
    codes: ['rule_not_yet'],
    rule_version: null,
    agrees: true,
  });
});

test('a rule disabled then says so, although it is enabled now', async () => {
  await client.rules.disable({ params: { ref: rule } });
  const event = await happens();
  await evaluated(event, 'no match');
  await client.rules.enable({ params: { ref: rule } });

  expect(await explain(event)).toMatchObject({ codes: ['rule_disabled'], matched: true, agrees: true });
});

test('a trigger disabled then says so, although it is enabled now', async () => {
  await client.triggers.disable({ params: { ref: 'ops.load' } });
  const event = await happens();
  await evaluated(event, 'no match');
  await client.triggers.enable({ params: { ref: 'ops.load' } });

  expect(await explain(event)).toMatchObject({ codes: ['trigger_disabled'], matched: true, agrees: true });
});

test('an event addressed to another rule says to which', async () => {
  const event = await happens({ rule_ref: 'ops.other' });
  await evaluated(event, 'no match');

  const explained = await explain(event);
  expect(explained).toMatchObject({ codes: ['addressed_to_other'], agrees: true });
  expect(explained.reasons[0]?.message).toContain('ops.other');
});

test.each(['throttled', 'duplicate'] as const)('what was %s says so, as it was stored', async (how) => {
  const event = await happens();
  await evaluated(event, how);

  expect(await explain(event)).toMatchObject({
    reasons: [{ code: how, message: `${how} by event 1` }],
    verdict: 'execution',
    live: { enforcement_status: 'disabled', execution: null },
    agrees: true,
  });
});

test('parameters that are not valid are told with their path', async () => {
  const event = await happens({ payload: { text: 7 } });

  expect(await explain(event)).toMatchObject({
    matched: true,
    verdict: 'refused',
    refusal: { code: 'parameters_invalid', detail: expect.stringContaining('parameters.text') },
    parameters: { text: 7, token: null },
  });
});

test('a decision that the conditions do not explain is not called one', async () => {
  const event = await happens();
  await evaluated(event, 'no match');

  expect(await explain(event)).toMatchObject({ matched: true, codes: [], agrees: false });
});

test('a rule is tested with a payload that never was, against the schema of its trigger too', async () => {
  await client.triggers.update({
    params: { ref: 'ops.load' },
    body: { out_schema: { text: { type: 'string', required: true } } },
  });
  const tested = (payload: unknown) => client.rules.test({ params: { ref: rule }, body: { payload } });

  const [good, bad] = [await tested({ text: 'made up' }), await tested({ text: 7 })];

  expect(good.data).toMatchObject({
    matched: true,
    verdict: 'execution',
    parameters: { text: 'made up', token: null },
    payload_issues: [],
  });
  expect(bad.data).toMatchObject({
    verdict: 'refused',
    refusal: { code: 'parameters_invalid' },
    payload_issues: [{ path: 'payload.text', message: expect.any(String) }],
  });
});
