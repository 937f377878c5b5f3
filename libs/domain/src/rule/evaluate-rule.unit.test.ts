import fc from 'fast-check';
import { explainClause } from './clause.js';
import { checkConditions, evaluateRule } from './evaluate-rule.js';
import type { RuleDecision } from './evaluate-rule.js';
import { operatorAliases, operators } from './operators.js';

const created = new Date('2026-03-29T12:00:00Z');
const payload = {
  status: 'Failed',
  count: '5',
  items: [{ name: 'a' }, { name: 'b' }],
  nested: { deep: { code: 503 }, inner: { name: 'c' } },
  nothing: null,
};

function decide(
  conditions: unknown,
  given: unknown = payload,
  packConfig: unknown = { limit: 500 },
): RuleDecision {
  return evaluateRule(
    { conditions },
    { id: 7, trigger: 'ops.alert', payload: given, created },
    { packConfig },
  );
}

const holds = { field: 'nested.deep.code', operator: 'equals', value: 503 };
const fails = { field: 'status', operator: 'equals', value: 'ok' };
const raises = 'event.payload.gone > 1';

describe('forms of conditions', () => {
  it.each([[null], [undefined], [{}], [[]]])('%j always holds', (conditions) => {
    expect(decide(conditions)).toEqual({ matched: true, clauses: [] });
  });

  it.each([
    ['event.payload.nested.deep.code == 503', true],
    ['{{ event.payload.nested.deep.code == 503 }}', true],
    [{ expression: 'event.id == 7 && event.trigger == "ops.alert"' }, true],
    [{ expression: 'event.payload.nested.deep.code > pack.config.limit' }, true],
    ['now() - event.created == duration("0s")', true],
    [[holds], true],
    [[holds, fails], false],
    [{ all: [holds, holds] }, true],
    [{ all: [holds, fails] }, false],
    [{ any: [fails, holds] }, true],
    [{ any: [fails, fails] }, false],
    [{ not: fails }, true],
    [{ not: { all: [holds, fails] } }, true],
    [{ not: { any: [fails, holds] } }, false],
    [{ not: { not: holds } }, true],
    [{ not: [holds, fails] }, true],
    [{ not: 'event.id == 8 || event.id == 9' }, true],
    [{ not: { expression: 'event.id == 7 && event.id == 8' } }, true],
    [{ all: [{ any: [fails, 'event.id == 7'] }, { not: { expression: 'event.id == 8' } }] }, true],
  ])('%j: %s', (conditions, matched) => {
    const decision = decide(conditions);
    expect([decision.matched, decision.error]).toEqual([matched, undefined]);
  });

  it('without a payload fields are missing', () => {
    expect(decide([holds], null).matched).toBe(false);
    expect(decide([{ field: 'x', operator: 'not_exists' }], null).matched).toBe(true);
  });
});

describe('clauses', () => {
  it('are told one by one, those that decide nothing too', () => {
    expect(decide([fails, holds]).clauses).toEqual([
      { path: 'event.payload.status', operator: 'equals', expected: 'ok', actual: 'Failed', ok: false },
      { path: 'event.payload.nested.deep.code', operator: 'equals', expected: 503, actual: 503, ok: true },
    ]);
  });

  it('of an expression are the operands of its outermost &&, with both values', () => {
    const { clauses } = decide(
      'event.payload.count == 5 && 500 < event.payload.nested.deep.code && "a" in ["a"]',
    );

    expect(clauses).toEqual([
      {
        path: 'event.payload.count',
        operator: '==',
        expected: 5,
        actual: '5',
        ok: false,
        note: 'it is a string that reads the same, compared with a number',
      },
      { path: 'event.payload.nested.deep.code', operator: '>', expected: 500, actual: 503, ok: true },
      { path: '"a"', operator: 'in', expected: ['a'], actual: 'a', ok: true },
    ]);
  });

  it('of an expression that is no comparison hold its text', () => {
    expect(decide('event.payload.status.startsWith("F") || false').clauses).toEqual([
      {
        path: 'event.payload.status.startsWith("F") || false',
        operator: 'expression',
        expected: true,
        actual: true,
        ok: true,
      },
    ]);
  });

  it('under not speak against the rule when they are not ok', () => {
    expect(decide({ not: { any: [fails, holds] } }).clauses).toMatchObject([
      { operator: 'not equals', ok: true },
      { operator: 'not equals', ok: false },
    ]);
  });

  it.each([
    ['code', "the payload has no 'code'; did you mean 'nested.deep.code'?"],
    ['name', "the payload has no 'name'; did you mean 'items[0].name'?"],
    ['event.payload.status', "the payload has no 'event'; did you mean 'status'?"],
    ['event.payload.nested.inner.name', "the payload has no 'event'; did you mean 'nested.inner.name'?"],
    ['trigger.nested.deep', "the payload has no 'trigger'; did you mean 'nested.deep'?"],
    ['nested.deap', "'nested' has no 'deap'; did you mean 'deep'?"],
    ['nothing.x', "'nothing' is null and has no 'x'"],
    ['status.x', "'status' is a string and has no 'x'"],
    ['items[5].price', "'items' is a list and has no '5'"],
    ['unheard_of', "the payload has no 'unheard_of'"],
  ])('of the missing field %s say what is there', (field, note) => {
    expect(decide([{ field, operator: 'equals', value: 1 }]).clauses[0]?.note).toBe(note);
  });
});

describe('errors', () => {
  it('are told when the outcome depends on them', () => {
    expect(decide(raises)).toMatchObject({
      matched: false,
      error: expect.stringContaining('event.payload.gone is missing') as string,
      clauses: [{ path: 'event.payload.gone', operator: '>', ok: false, note: expect.any(String) as string }],
    });
    expect(decide([holds, raises]).error).toBeDefined();
    expect(decide({ any: [fails, raises] }).error).toBeDefined();
    expect(decide({ not: raises }).error).toBeDefined();
  });

  it('are only a note when the outcome does not', () => {
    expect(decide([fails, raises])).toMatchObject({
      matched: false,
      clauses: [{}, { note: expect.any(String) as string }],
    });
    expect(decide([fails, raises]).error).toBeUndefined();
    expect(decide({ any: [raises, holds] })).toMatchObject({ matched: true });
    expect(decide(`${raises} && event.id == 8`).error).toBeUndefined();
  });

  it('include a condition that gives neither true nor false', () => {
    expect(decide('event.payload.count').error).toBe(
      'event.payload.count: must be true or false, not a string',
    );
  });

  it('include conditions that are not valid', () => {
    expect(decide([{ field: 'x', operator: 'equls', value: 1 }])).toEqual({
      matched: false,
      clauses: [],
      error: "conditions[0].operator: unknown operator 'equls'",
    });
  });

  it('include a search whose conditions fail on an element', () => {
    const decision = decide([
      { field: 'items', operator: 'search', value: { expression: 'item.price > 3' } },
    ]);
    expect([decision.matched, decision.clauses[0]?.note]).toEqual([
      false,
      expect.stringContaining('item.price is missing'),
    ]);
  });
});

describe('checkConditions', () => {
  it('finds every problem, with its path', () => {
    const problems = checkConditions({
      all: [
        { field: 'a', operator: 'equls', value: 1 },
        { any: [{ field: '', operator: 'equals' }, { expression: 'evnt.x == 1' }] },
        { feild: 'a', operator: 'exists' },
        { al: [] },
        { not: 5 },
        { all: [] },
        { field: 'x', operator: 'search', value: [{ field: 'a', operator: 'nope' }] },
        { expression: 1 },
        { all: [], any: [] },
      ],
    });

    expect(problems.map(({ path, message }) => `${path} ${message}`)).toEqual([
      "conditions.all[0].operator unknown operator 'equls'",
      "conditions.all[1].any[0].field must be a path in the payload such as 'user.name' or 'items[0]'",
      "conditions.all[1].any[1].expression line 1, column 1: unknown name 'evnt'",
      'conditions.all[2].feild is not known here',
      "conditions.all[2].field must be a path in the payload such as 'user.name' or 'items[0]'",
      'conditions.all[3] must have exactly one of all, any, not, expression, or field and operator',
      'conditions.all[4].not must be an expression, a list or an object, not a number',
      'conditions.all[5].all must be a list with at least one condition',
      "conditions.all[6].value[0].operator unknown operator 'nope'",
      'conditions.all[7].expression must be an expression, not a number',
      'conditions.all[8] must have exactly one of all, any, not, expression, or field and operator',
    ]);
  });

  it('has hints', () => {
    const hints = (conditions: unknown) => checkConditions(conditions).map(({ hint }) => hint);

    expect(hints([{ field: 'a', operator: 'equls' }])).toEqual(["did you mean 'equals'?"]);
    expect(hints([{ expresion: 'a' }])).toEqual(["did you mean 'expression'?"]);
    expect(hints([{ feild: 'a', operator: 'exists' }])[0]).toBe("did you mean 'field'?");
    expect(hints([{ field: 'a' }])[0]).toContain('one of equals, not_equals');
  });

  it('takes another path to start from', () => {
    expect(checkConditions('1 +', 'rule.conditions')[0]?.path).toBe('rule.conditions');
  });

  it('knows positions within the braces of a template', () => {
    expect(checkConditions('{{ evnt.x }}')[0]?.message).toBe("line 1, column 4: unknown name 'evnt'");
  });

  it('refuses what is nested too deeply', () => {
    let deep: unknown = holds;
    for (let level = 0; level < 30; level++) deep = { not: deep };
    expect(checkConditions(deep)[0]?.message).toContain('nested more than 20 levels');
  });

  it('finds nothing in conditions that can be evaluated', () => {
    expect(checkConditions([holds, fails, raises, { not: { any: [holds] } }])).toEqual([]);
  });
});

describe('explainClause', () => {
  it.each([
    [[fails], 'event.payload.status equals "ok": no, it is "Failed"'],
    [[holds], 'event.payload.nested.deep.code equals 503: yes, it is 503'],
    [[{ field: 'x', operator: 'not_exists' }], 'event.payload.x does not exist: yes'],
    [[{ field: 'gone', operator: 'gt', value: 3 }], "event.payload.gone gt 3: no; the payload has no 'gone'"],
    ['event.payload.status == "Failed"', 'event.payload.status == "Failed": yes, it is "Failed"'],
    ['event.payload.status.startsWith("x")', 'event.payload.status.startsWith("x"): no'],
    [{ not: holds }, 'event.payload.nested.deep.code not equals 503: no, it is 503'],
  ])('%j: %s', (conditions, line) => {
    expect(decide(conditions).clauses.map(explainClause)[0]).toBe(line);
  });

  it('shortens long values and stays on one line', () => {
    const line = explainClause({
      path: 'p',
      operator: 'equals',
      expected: 'a\nb',
      actual: 'x'.repeat(500),
      ok: false,
    });

    expect(line).not.toContain('\n');
    expect(line.length).toBeLessThan(200);
  });
});

describe('any rule', () => {
  const field = fc.constantFrom(
    'status',
    'count',
    'nested.deep.code',
    'items',
    'items[0].name',
    'gone.x',
    'a..b',
    '',
  );
  const operator = fc.constantFrom(...Object.keys(operators), ...Object.keys(operatorAliases), 'nope', 5);
  const { condition } = fc.letrec<{ condition: unknown }>((tie) => ({
    condition: fc.oneof(
      { depthSize: 'small' },
      fc.record({ field, operator, value: fc.jsonValue({ maxDepth: 1 }) }),
      fc.constantFrom(
        raises,
        'event.id == 7',
        '1 +',
        { expression: 'event.payload.count == 5' },
        null,
        5,
        {},
        [],
      ),
      fc.record({ all: fc.array(tie('condition'), { maxLength: 3 }) }),
      fc.record({ any: fc.array(tie('condition'), { maxLength: 3 }) }),
      fc.record({ not: tie('condition') }),
      fc.record({ field, operator: fc.constant('search'), value: tie('condition') }),
    ),
  }));

  it('is decided without throwing, the same way each time, and says what is wrong with it', () => {
    fc.assert(
      fc.property(condition, fc.oneof(fc.constant(payload), fc.jsonValue()), (conditions, given) => {
        const first = decide(conditions, given);

        expect(decide(structuredClone(conditions), given)).toEqual(first);
        if (first.error !== undefined) expect(first.matched).toBe(false);
        if (checkConditions(conditions).length > 0) expect(first.error).toBeDefined();
        for (const clause of first.clauses) expect(explainClause(clause)).toEqual(expect.any(String));
      }),
      { numRuns: 2000 },
    );
  });

  it('and its negation never both match, and agree that something is wrong', () => {
    fc.assert(
      fc.property(condition, (conditions) => {
        fc.pre(
          conditions !== null && JSON.stringify(conditions) !== '{}' && JSON.stringify(conditions) !== '[]',
        );
        const straight = decide(conditions);
        const negated = decide({ not: conditions });

        expect(straight.error === undefined).toBe(negated.error === undefined);
        if (straight.error === undefined) expect(negated.matched).toBe(!straight.matched);
      }),
      { numRuns: 1000 },
    );
  });
});
