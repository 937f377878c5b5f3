import type { RuleDecision } from './evaluate-rule.js';
import { checkConditions, evaluateRule } from './evaluate-rule.js';
import { operatorAliases, operatorName, operators } from './operators.js';

const created = new Date('2026-03-29T12:00:00Z');

function decide(operator: string, actual: unknown, value?: unknown): RuleDecision {
  const condition = value === undefined ? { field: 'x', operator } : { field: 'x', operator, value };
  const payload = actual === undefined ? {} : { x: actual };
  return evaluateRule(
    { conditions: [condition] },
    { id: 1, trigger: 't.x', payload, created },
    { packConfig: {} },
  );
}

describe('operators', () => {
  it.each([
    ['equals', 'a', 'a', true],
    ['equals', 1, 1.0, true],
    ['equals', { a: [1] }, { a: [1] }, true],
    ['equals', null, null, true],
    ['equals', '5', 5, false],
    ['not_equals', 'a', 'b', true],
    ['not_equals', 'a', 'a', false],
    ['iequals', 'ABC', 'abc', true],
    ['contains', 'hello', 'ell', true],
    ['contains', ['a', 'b'], 'b', true],
    ['contains', [{ a: 1 }], { a: 1 }, true],
    ['contains', { k: 1 }, 'k', true],
    ['not_contains', ['a'], 'b', true],
    ['not_contains', 'hello', 'ell', false],
    ['icontains', 'HELLO', 'ell', true],
    ['icontains', ['A'], 'a', true],
    ['not_icontains', 'HELLO', 'ell', false],
    ['starts_with', 'web-1', 'web', true],
    ['istarts_with', 'WEB-1', 'web', true],
    ['ends_with', 'a.csv', '.csv', true],
    ['iends_with', 'A.CSV', '.csv', true],
    ['matches', 'web-12', '[0-9]+$', true],
    ['matches', 'WEB', 'web', false],
    ['imatches', 'WEB', 'web', true],
    ['wildcard', 'db-prod-1', 'db-*-?', true],
    ['wildcard', 'xdb-prod-1', 'db-*', false],
    ['wildcard', 'a.b', 'a?b', true],
    ['wildcard', 'line\nbreak', 'line*', true],
    ['gt', 5, 3, true],
    ['gt', 3, 3, false],
    ['gte', 3, 3, true],
    ['lt', 2, 3, true],
    ['lte', 3, 3, true],
    ['gt', 'b', 'a', true],
    ['in', 'a', ['a', 'b'], true],
    ['in', 5, ['5'], false],
    ['not_in', 'c', ['a', 'b'], true],
    ['exists', null, undefined, true],
    ['not_exists', null, undefined, false],
    ['time_since_gt', '2026-03-29T11:00:00Z', '30m', true],
    ['time_since_gt', '2026-03-29T11:50:00Z', 1800, false],
    ['time_since_lt', 1774785540, '2m', true],
    ['cidr_contains', '10.1.2.3', '10.0.0.0/8', true],
    ['cidr_contains', '10.1.2.3', ['192.168.0.0/16', '10.1.0.0/16'], true],
    ['length_gt', 'abc', 2, true],
    ['length_gt', [1, 2], 2, false],
    ['length_lt', { a: 1 }, 2, true],
    ['search', [{ n: 1 }, { n: 5 }], [{ field: 'n', operator: 'gt', value: 4 }], true],
    ['search', [{ n: 1 }], [{ field: 'item.n', operator: 'gt', value: 4 }], false],
    ['search', ['a', 'b'], [{ field: 'item', operator: 'equals', value: 'b' }], true],
    ['search', [{ n: 5 }], { expression: 'item.n > 4 && event.id == 1' }, true],
  ])('%s: %j and %j: %s', (operator, actual, value, expected) => {
    expect(decide(operator, actual, value)).toMatchObject({ matched: expected, clauses: [{ ok: expected }] });
    expect(decide(operator, actual, value).error).toBeUndefined();
  });

  it.each(
    Object.keys(operators)
      .filter((name) => name !== 'not_exists')
      .map((name) => [name]),
  )('%s does not hold for a field that is missing', (operator) => {
    const values: Record<string, unknown> = {
      in: [1],
      not_in: [1],
      length_gt: 1,
      length_lt: 1,
      cidr_contains: '::/0',
      time_since_gt: 1,
      time_since_lt: 1,
      search: [{ field: 'a', operator: 'exists' }],
    };
    const value = operator === 'exists' ? undefined : (values[operator] ?? 'a');

    expect(decide(operator, undefined, value)).toEqual({
      matched: false,
      clauses: [expect.objectContaining({ operator, ok: false, note: "the payload has no 'x'" })],
    });
  });

  it('not_exists holds for a field that is missing', () => {
    expect(decide('not_exists', undefined).matched).toBe(true);
  });

  it.each([
    ['equals', '5', 5, 'it is a string that reads the same, compared with a number'],
    ['equals', 'Failed', 'failed', 'they differ in case only (iequals ignores it)'],
    ['equals', 'a ', 'a', 'they differ in white space only'],
    ['equals', null, 'a', 'it is null'],
    ['gt', '5', 3, 'cannot compare a string with a number'],
    ['gt', null, 3, 'cannot compare null with a number'],
    ['contains', 5, 'a', 'needs a string, a list or a map, it is a number'],
    ['contains', 'abc', 1, 'a text cannot contain a number'],
    ['not_contains', 5, 'a', 'needs a string, a list or a map, it is a number'],
    ['starts_with', 5, '5', 'needs a string, it is a number'],
    ['matches', ['a'], 'a', 'needs a string, it is a list'],
    ['length_gt', 5, 1, 'needs a string, a list or a map, it is a number'],
    ['cidr_contains', 'host', '::/0', 'it is not an IP address'],
    ['cidr_contains', 5, '::/0', 'needs an address, it is a number'],
    ['time_since_gt', 'yesterday', 1, 'needs a time: a text of ISO 8601, or seconds since 1970'],
    ['search', 'x', [{ field: 'a', operator: 'exists' }], 'needs a list to search'],
    ['search', [1], [{ field: 'a', operator: 'exists' }], 'none of its 1 elements satisfies the conditions'],
  ])('%s of %j and %j does not hold, and says: %s', (operator, actual, value, note) => {
    const { matched, clauses, error } = decide(operator, actual, value);

    expect({ matched, error, note: clauses[0]?.note }).toEqual({ matched: false, error: undefined, note });
  });

  it('notes when not_equals holds only because the kinds differ', () => {
    expect(decide('not_equals', '5', 5)).toMatchObject({
      matched: true,
      clauses: [{ note: 'it is a string that reads the same, compared with a number' }],
    });
  });

  it('reads times as UTC when they do not say otherwise', () => {
    expect(decide('time_since_lt', '2026-03-29T11:59:00', '61s').matched).toBe(true);
  });

  it.each([
    ['matches', '('],
    ['wildcard', 'x'.repeat(2000)],
    ['in', 'abc'],
    ['length_gt', -1],
    ['length_gt', '3'],
    ['time_since_gt', 'soon'],
    ['cidr_contains', '10.0.0.0/40'],
    ['cidr_contains', []],
    ['starts_with', 5],
    ['gt', null],
    ['exists', false],
  ])('%s refuses the value %j when it is saved', (operator, value) => {
    const [problem] = checkConditions([{ field: 'x', operator, value }]);
    expect(problem?.path).toBe('conditions[0].value');
  });

  it('every alias leads to an operator', () => {
    for (const [alias, name] of Object.entries(operatorAliases)) {
      expect(operators).toHaveProperty([name]);
      expect(operatorName(alias)).toBe(name);
    }
    expect(operatorName('toString')).toBeUndefined();
  });

  it('reports the operator by its full name', () => {
    expect(decide('nequals', 'a', 'b').clauses[0]?.operator).toBe('not_equals');
  });
});
