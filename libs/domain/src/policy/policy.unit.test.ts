import { checkPolicySettings } from './check-policy.js';
import { groupKeyOf } from './group-key.js';
import { isLimitedBy } from './policy-scope.js';

const scope = { pack_ref: 'ops', action_ref: null, rule: null, pack_wide: false };
const execution = { action_ref: 'ops.deploy', rule: 7 };

describe('a policy limits', () => {
  it.each([
    ['its action', { action_ref: 'ops.deploy' }, true],
    ['no other action', { action_ref: 'ops.restart' }, false],
    ['an action of another pack', { pack_ref: 'limits', action_ref: 'ops.deploy' }, true],
    ['what its rule starts', { rule: 7 }, true],
    ['not what another rule starts', { rule: 8 }, false],
    ['its pack', { pack_wide: true }, true],
    ['no other pack', { pack_wide: true, pack_ref: 'op' }, false],
    ['everything', { pack_ref: 'limits' }, true],
  ])('%s', (_, named, expected) => {
    expect(isLimitedBy({ ...scope, ...named }, execution)).toBe(expected);
  });

  it('nothing that no rule started, when it names one', () => {
    expect(isLimitedBy({ ...scope, rule: 7 }, { ...execution, rule: null })).toBe(false);
  });
});

describe('the group', () => {
  const values = { region: 'eu', hosts: ['a', 'b'], options: { b: 1, a: { d: 2, c: 3 } }, empty: null };
  const parameters: string[] = [];

  it.each([
    [{ parameters, key: null }, ''],
    [{ parameters: ['region'], key: null }, '["eu"]'],
    [{ parameters: ['hosts[0]', 'options.a.c'], key: null }, '["a",3]'],
    [{ parameters: ['options'], key: null }, '[{"a":{"c":3,"d":2},"b":1}]'],
    [{ parameters: ['missing', 'empty'], key: null }, '[null,null]'],
    [{ parameters, key: 'parameters.region.upper()' }, '["EU"]'],
    [{ parameters: ['region'], key: 'length(parameters.hosts)' }, '["eu",2]'],
  ])('of %j is %s', (grouping, expected) => {
    expect(groupKeyOf(grouping, values)).toBe(expected);
  });

  it('is one for all whose key fails in the same way', () => {
    const grouping = { parameters, key: 'parameters.missing.name' };
    expect(groupKeyOf(grouping, values)).toMatch(/^\[\{"error":".*missing/);
    expect(groupKeyOf(grouping, values)).toBe(groupKeyOf(grouping, { ...values, region: 'us' }));
  });

  it('counts all secrets alike: none of them is known where executions are counted', () => {
    const grouping = { parameters: ['token'], key: 'parameters.token' };
    const sealed = (data: string) => ({ token: { $secret: [{ sealed: { data }, home: 'action:a.b' }] } });

    expect(groupKeyOf(grouping, sealed('one'))).toBe(groupKeyOf(grouping, sealed('other')));
    expect(groupKeyOf(grouping, sealed('one'))).toBe('[null,null]');
  });

  it('of long values is told apart by its hash', () => {
    const grouping = { parameters: ['text'], key: null };
    const [one, other] = ['a', 'b'].map((end) => groupKeyOf(grouping, { text: 'x'.repeat(600) + end }));
    expect(one).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(other).not.toBe(one);
  });
});

describe('the settings of a policy', () => {
  it.each([
    [{}, []],
    [{ parameters: ['a.b[0]', 'c["d.e"]'], key: 'parameters.a + 1', window_seconds: 5 }, []],
    [{ parameters: ['a', 'b..c'] }, ['parameters[1]']],
    [{ key: 'parameters.' }, ['key']],
    [{ key: 'event.payload' }, ['key']],
    [{ parameters: [''], key: 'nope(1)' }, ['parameters[0]', 'key']],
    [{ action_ref: 'ops.deploy', pack_wide: true }, ['pack_wide']],
    [{ action_ref: 'ops.deploy', rule_ref: 'ops.nightly', pack_wide: true }, ['rule_ref', 'pack_wide']],
    [{ action_ref: null, rule_ref: 'ops.nightly', pack_wide: false }, []],
    [{ method: 'cancel_running' as const }, []],
    [{ method: 'cancel_running' as const, window_seconds: 60 }, ['method']],
  ])('%j are wrong at %j', (settings, paths) => {
    expect(checkPolicySettings(settings).map(({ path }) => path)).toEqual(paths);
  });
});
