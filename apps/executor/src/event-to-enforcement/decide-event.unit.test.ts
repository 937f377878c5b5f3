import type { EventRow } from '@attune/db';
import type { RuleAction, RuleForEvaluation } from '@attune/domain';

import { SecretValue } from '@attune/domain';
import { decideEvent } from './decide-event.js';

const action: RuleAction = {
  id: 5,
  ref: 'chat.post',
  version: 51,
  enabled: true,
  param_schema: { text: { type: 'string', required: true }, channel: { type: 'string', default: 'ops' } },
  runtime_ref: 'core.python',
  is_workflow: false,
  timeout_seconds: 60,
  retry: null,
  priority: 3,
  default_execution_permission_set_refs: ['chat.writer'],
};

const rule: RuleForEvaluation = {
  id: 7,
  ref: 'chat.tell',
  version: 71,
  trigger: 2,
  trigger_ref: 'host.load',
  pack_ref: 'chat',
  pack_config: { team: 'ops' },
  conditions: null,
  action_ref: action.ref,
  action_params: { text: 'load {{ event.payload.load }}' },
  action,
  permission_set_refs: null,
  owner_identity: 9,
  owner: {
    login: 'ann',
    frozen: false,
    attributes: { team: 'ops' },
    grants: [{ resource: 'actions', actions: ['execute'], constraints: { pack_refs: ['chat'] } }],
  },
  priority: null,
  timeout_seconds: null,
  retry: null,
  dedupe: null,
  throttle: null,
  debounce: null,
};

const event: EventRow = {
  id: 17,
  created: new Date('2026-03-01T12:00:00Z'),
  trigger: 2,
  trigger_ref: 'host.load',
  trigger_version: 21,
  source: null,
  source_ref: null,
  cause_execution: null,
  cause_root: null,
  cause_depth: 0,
  rule: null,
  rule_ref: null,
  config: null,
  payload: { load: 9, host: 'db1' },
  status: 'pending',
  evaluated_at: null,
  matched: null,
  announced_at: new Date('2026-03-01T12:00:00Z'),
  announcements: 0,
};

function theOnlyEnforcement(...rules: RuleForEvaluation[]) {
  const { matches } = decideEvent(event, rules);
  expect(matches).toHaveLength(1);
  return matches[0]?.enforcement;
}

it('gives a matching rule an execution of its action, with rendered parameters and defaults', () => {
  expect(decideEvent(event, [rule])).toEqual({
    matches: [
      {
        rule,
        enforcement: {
          event_id: 17,
          rule_id: 7,
          rule_version: 71,
          execution: {
            action_id: 5,
            action_version: 51,
            config: { text: 'load 9', channel: 'ops' },
            permission_set_refs: ['chat.writer'],
            executor: 9,
            priority: 3,
            timeout_seconds: null,
            retry: null,
          },
        },
      },
    ],
    failures: [],
  });
});

it('prefers what the rule says to what the action says', () => {
  const retry = { count: 2, delay: 1, backoff: 'constant' as const, jitter: 0, on: ['failed' as const] };
  const strict = { ...rule, permission_set_refs: [], priority: 8, timeout_seconds: 5, retry };

  expect(theOnlyEnforcement(strict)?.execution).toMatchObject({
    permission_set_refs: [],
    priority: 8,
    timeout_seconds: 5,
    retry,
  });
});

it('decides each rule on its own', () => {
  const matching = { ...rule, conditions: { expression: 'event.payload.load > 5' } };
  const other = { ...rule, id: 8, conditions: { expression: 'event.payload.load > 50' } };

  const { matches, failures } = decideEvent(event, [matching, other]);

  expect(matches.map((match) => match.rule.id)).toEqual([7]);
  expect(failures).toEqual([]);
});

it('offers templates the event, the rule, the configuration of its pack and the time of the event', () => {
  const text =
    '{{ event.id }} {{ event.trigger }} {{ rule.ref }} {{ pack.config.team }} {{ system.rule.id }} {{ now() }}';

  const enforcement = theOnlyEnforcement({ ...rule, action_params: { text } });

  expect(enforcement?.execution?.config['text']).toMatch(
    /^17 host\.load chat\.tell ops 7 2026-03-01T12:00:00/,
  );
});

it('keeps the type of a value that is exactly one template', () => {
  const typed = { ...rule, action: { ...action, param_schema: null } };

  const enforcement = theOnlyEnforcement({ ...typed, action_params: { load: '{{ event.payload.load }}' } });

  expect(enforcement?.execution?.config).toEqual({ load: 9 });
});

describe('an enforcement is disabled, and says why, when', () => {
  it.each([
    {
      what: 'the action does not exist',
      change: { action: null },
      reason: { code: 'action_gone', detail: 'action chat.post does not exist' },
    },
    {
      what: 'the action is disabled',
      change: { action: { ...action, enabled: false } },
      reason: { code: 'action_disabled', detail: 'action chat.post is disabled' },
    },
    {
      what: 'a template cannot be rendered',
      change: { action_params: { text: '{{ event.payload.lode }}' } },
      reason: { code: 'template_failed', detail: expect.stringContaining('lode') },
    },
    {
      what: 'a required parameter is missing',
      change: { action_params: {} },
      reason: { code: 'parameters_invalid', detail: expect.stringContaining('parameters.text') },
    },
    {
      what: 'a parameter has the wrong type',
      change: { action_params: { text: '{{ event.payload.load }}' } },
      reason: { code: 'parameters_invalid', detail: expect.stringContaining('parameters.text') },
    },
  ])('$what', ({ change, reason }) => {
    const enforcement = theOnlyEnforcement({ ...rule, ...change });

    expect(enforcement).toEqual({ event_id: 17, rule_id: 7, rule_version: 71, disabled: reason });
  });
});

it('reports a rule that raises an error on the event, and decides its neighbours', () => {
  const broken = { ...rule, id: 8, conditions: { expression: 'event.payload.lode > 5' } };

  const { matches, failures } = decideEvent(event, [broken, rule]);

  expect(matches.map((match) => match.rule.id)).toEqual([7]);
  expect(failures).toEqual([{ rule_id: 8, event_id: 17, error: expect.stringContaining('lode') }]);
});

describe('an event addressed to one rule', () => {
  const other = { ...rule, id: 8 };

  it('concerns that rule only', () => {
    const { matches } = decideEvent({ ...event, rule: 8, rule_ref: other.ref }, [rule, other]);

    expect(matches.map((match) => match.rule.id)).toEqual([8]);
  });

  it('concerns no rule when that one is gone', () => {
    const { matches } = decideEvent({ ...event, rule: null, rule_ref: 'chat.gone' }, [rule, other]);

    expect(matches).toEqual([]);
  });
});

describe('secrets', () => {
  const token = new SecretValue([{ sealed: { v: 1 }, home: 'pack:chat' }]);
  const param_schema = { text: { type: 'string' }, token: { type: 'string', secret: true } };
  const secretive = { ...rule, action: { ...action, param_schema }, pack_config: { token, team: 'ops' } };
  const withParams = (action_params: Record<string, unknown>) =>
    theOnlyEnforcement({ ...secretive, action_params });

  it('are passed on unopened', () => {
    const params = {
      text: '{{ pack.config.team }}',
      token: 'Bearer {{ keys.chat.token }} {{ pack.config.token }}',
    };
    expect(withParams(params)?.execution?.config).toEqual({
      text: 'ops',
      token: new SecretValue(['Bearer ', { key: 'chat.token' }, ' ', ...token.$secret]),
    });
  });

  it.each([
    [{ text: '{{ default(pack.config.token, 1) }}' }, 'parameters_invalid', 'parameters.text'],
    [{ other: ['{{ pack.config.token }}'] }, 'parameters_invalid', 'parameters.other[0]'],
    [{ token: '{{ pack.config }}' }, 'template_failed', 'a secret can only be passed on by itself'],
    [{ token: '{{ event.payload }}' }, 'template_failed', "'$secret' marks what is stored sealed"],
  ])('go nowhere else: %j', (params, code, detail) => {
    const forged = { ...event, payload: { $secret: [{ key: 'chat.token' }], load: 9 } };
    const { matches } = decideEvent(forged, [{ ...secretive, action_params: params }]);
    expect(matches[0]?.enforcement).toMatchObject({
      disabled: { code, detail: expect.stringContaining(detail) },
    });
  });

  it('are compared with nothing', () => {
    const conditions = { expression: 'pack.config.token == "x"' };
    expect(decideEvent(event, [{ ...secretive, conditions }])).toMatchObject({
      matches: [],
      failures: [{ error: expect.stringContaining('a secret cannot be compared') }],
    });
  });
});
