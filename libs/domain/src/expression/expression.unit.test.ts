import fc from 'fast-check';
import { AttuneError, ExpressionError, ValidationError } from '../errors.js';
import type { ErrorDetail } from '../errors.js';
import { compileExpression, evaluateExpression } from './expression.js';

const context = {
  event: {
    id: 7,
    trigger: 'core.webhook',
    created: new Date('2026-03-29T00:30:00Z'),
    payload: {
      n: 5,
      half: 0.5,
      text: 'Hello',
      flag: true,
      nothing: null,
      list: [3, 1, 2],
      user: { name: 'Ann', tags: ['a', 'b'] },
      items: [
        { n: 1, name: 'x' },
        { n: 2, name: 'y' },
      ],
      'odd key': 1,
    },
  },
  pack: { config: { limit: 10 } },
};

function evaluate(text: string, given: Record<string, unknown> = context): unknown {
  return evaluateExpression(compileExpression(text), given);
}

function problems(text: string, namespaces?: readonly string[]): readonly ErrorDetail[] {
  try {
    compileExpression(text, namespaces === undefined ? {} : { namespaces });
    return [];
  } catch (error) {
    if (error instanceof ValidationError) return error.details;
    throw error;
  }
}

function failure(text: string, given?: Record<string, unknown>): ExpressionError {
  try {
    evaluate(text, given);
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
  throw new Error(`${text} did not fail`);
}

describe('numbers', () => {
  it.each([
    ['1 == 1.0', true],
    ['event.payload.n + 1', 6],
    ['event.payload.n + 0.5', 5.5],
    ['event.payload.n * 2 - 3', 7],
    ['7 / 2', 3.5],
    ['8 / 2', 4],
    ['-7 % 3', -1],
    ['event.payload.n == 5', true],
    ['event.payload.n >= 5.0', true],
    ['0x10 + 1u', 17],
    ['-event.payload.n', -5],
    ['-(0)', 0],
    ['1e3', 1000],
    ['2 in [1, 2.0]', true],
  ])('%s is %j', (text, expected) => {
    expect(evaluate(text)).toBe(expected);
  });

  it('never gives a BigInt', () => {
    expect(evaluate('[1, {"a": 2}, size("abc")]')).toEqual([1, { a: 2 }, 3]);
  });

  it.each(['1 / 0', '1 % 0', '1e308 * 10'])('%s is an error, not infinity', (text) => {
    expect(failure(text)).toBeInstanceOf(ExpressionError);
  });

  it('refuses an integer that a number cannot hold exactly', () => {
    expect(problems('9007199254740993')).toEqual([
      { path: '', message: 'line 1, column 1: the number is too large to be exact' },
    ]);
  });
});

describe('operators', () => {
  it.each([
    ['event.payload.flag and not (event.payload.n > 9)', true],
    ['True or False', true],
    ['event.payload.nothing == None', true],
    ['"a" + "b"', 'ab'],
    ['[1] + [2, 3]', [1, 2, 3]],
    ['event.payload.n > 3 ? "big" : "small"', 'big'],
    ['event.payload.n > 9 ? 1 : "small"', 'small'],
    ['"ell" in event.payload.text', true],
    ['"name" in event.payload.user', true],
    ['"x" in event.payload.list', false],
    ['"b" > "a"', true],
    ['false < true', true],
    ['{"a": [1, {"b": 2}]} == {"a": [1.0, {"b": 2}]}', true],
    ['event.payload.n == "5"', false],
    ['event.payload.n != "5"', true],
    ['event.payload["odd key"]', 1],
    ['event.payload.list[0] + event.payload.list[-1]', 5],
    ['{"k": event.payload.n}.k', 5],
    ['!true || !false', true],
    ['event.payload.or_else?.x', null],
  ])('%s is %j', (text, expected) => {
    expect(evaluate(text)).toEqual(expected);
  });

  it.each([
    ['event.payload.n + "1"', "'+' cannot take a number and a string"],
    ['event.payload.text > 3', "'>' cannot take a string and a number"],
    ['event.payload.text && true', 'must be true or false, not a string'],
    ['not event.payload.n', 'must be true or false, not a number'],
    ['event.payload.n ? 1 : 2', 'must be true or false, not a number'],
    ['1 in 2', "'in' cannot take a number and a number"],
    ['-event.payload.text', "'-' cannot take a string"],
    ['{null: 1}', 'the key of a map is a string, not null'],
  ])('%s fails: %s', (text, message) => {
    expect(failure(text).message).toContain(message);
  });

  it('never puts a value into a message', () => {
    const secret = { event: { payload: { token: 's3cr3t-value' } } };
    for (const text of ['event.payload.token + 1', 'int(event.payload.token)', 'event.payload.token.x']) {
      expect(JSON.stringify(failure(text, secret).details)).not.toContain('s3cr3t');
      expect(failure(text, secret).message).not.toContain('s3cr3t');
    }
  });

  it('explains that not binds tightly', () => {
    expect(failure('not event.payload.n > 3').details[0]?.hint).toBe(
      "'not' binds as tightly as '!': write not (…)",
    );
  });

  it('lets an operand that decides outweigh errors in the others', () => {
    expect(evaluate('event.payload.missing == 1 || event.payload.n == 5')).toBe(true);
    expect(evaluate('event.payload.missing == 1 && event.payload.n == 6')).toBe(false);
    expect(failure('event.payload.missing == 1 || event.payload.n == 6').message).toContain('is missing');
    expect(evaluate('event.payload.items.exists(i, i.q == 1 || i.n == 2)')).toBe(true);
  });

  it('takes long chains of && and ||', () => {
    const chain = Array.from({ length: 900 }, () => 'true').join(' && ');
    expect(evaluate(chain)).toBe(true);
  });
});

describe('missing fields', () => {
  it('name the path and list what is there', () => {
    const error = failure('event.payload.user.nam');

    expect(error.code).toBe('EXPRESSION_ERROR');
    expect(error.message).toBe(
      "event.payload.user.nam is missing: event.payload.user has name, tags; did you mean 'name'?",
    );
    expect(error.details).toEqual([
      {
        path: 'event.payload.user.nam',
        message: 'is missing',
        hint: "event.payload.user has name, tags; did you mean 'name'?",
      },
    ]);
  });

  it.each([
    ['event.payload.nothing.x', 'event.payload.nothing is null'],
    ['event.payload.n.x', 'event.payload.n is a number'],
    ['event.created.year', 'event.created is a timestamp'],
    [
      'event.payload.list.x',
      'event.payload.list is a list of 3; take an element as in event.payload.list[0]',
    ],
    ['event.payload.list[3]', 'event.payload.list is a list of 3'],
    ['event.payload.list[0.5]', 'event.payload.list is a list of 3'],
    ['{}.x', '{} is empty'],
    ['nowhere', 'available: event, pack'],
  ])('%s: %s', (text, hint) => {
    expect(failure(text).details[0]?.hint).toBe(hint);
  });

  it('lists a dozen fields of many', () => {
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`field${index}`, index]));
    expect(failure('event.q', { event: many }).message).toContain('field11 and 28 more');
  });

  it.each([
    ['event.payload?.gone', null],
    ['event.payload.gone?.deeper.still', null],
    ['event.payload?.gone.deeper', null],
    ['event.payload.nothing?.x', null],
    ['event.payload.list?.[9]', null],
    ['event.payload.user?.name', 'Ann'],
    ['default(event.payload.gone.deeper, 4)', 4],
    ['default(event.payload.nothing, 4)', 4],
    ['default(event.payload.n, 4)', 5],
    ['default(event.payload.gone + 1, 4)', 4],
    ['event.payload.gone.default("x")', 'x'],
    ['default(nowhere.at.all, 1)', 1],
    ['has(event.payload.user.name)', true],
    ['has(event.payload.nothing)', true],
    ['has(event.payload.gone.deeper)', false],
    ['has(event.payload["odd key"])', true],
    ['has(event.payload.list[5])', false],
  ])('%s is %j', (text, expected) => {
    expect(evaluate(text)).toBe(expected);
  });

  it('stay errors left of the link before ?.', () => {
    expect(failure('event.payloads.user?.name').message).toContain('event.payloads is missing');
  });

  it('are all that default forgives', () => {
    expect(failure('default(event.payload.text + 1, 2)').message).toContain("'+' cannot take");
  });

  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
    '%s is not found on any value',
    (name) => {
      for (const base of ['event', 'event.payload.list', 'event.payload.text', 'event.created']) {
        expect(failure(`${base}["${name}"]`).message).toContain('is missing');
      }
    },
  );
});

describe('comprehensions', () => {
  it.each([
    ['event.payload.list.map(x, x * 2)', [6, 2, 4]],
    ['event.payload.list.filter(x, x > 1)', [3, 2]],
    ['event.payload.items.map(i, i.n > 1, i.name)', ['y']],
    ['event.payload.list.all(x, x > 0)', true],
    ['event.payload.list.exists(x, x > 2)', true],
    ['event.payload.list.exists_one(x, x > 1)', false],
    ['event.payload.user.map(k, k)', ['name', 'tags']],
    ['[].all(x, x.y)', true],
    [
      'range(2).map(a, range(2).map(b, a * 10 + b))',
      [
        [0, 1],
        [10, 11],
      ],
    ],
    ['cel.bind(total, event.payload.list.sum(), total * total)', 36],
    ['event.payload.items.map(event, event.n)', [1, 2]],
  ])('%s is %j', (text, expected) => {
    expect(evaluate(text)).toEqual(expected);
  });

  it.each([
    ['event.payload.n.map(x, x)', 'must be a list or a map, not a number'],
    ['event.payload.list.filter(x, x)', 'must be true or false, not a number'],
    ['event.payload.list.all(x, x.y)', 'x.y is missing'],
  ])('%s fails: %s', (text, message) => {
    expect(failure(text).message).toContain(message);
  });
});

describe('problems found when an expression is compiled', () => {
  it.each([
    ['1 +', 'line 1, column 4: unexpected the end'],
    ['a = 1', 'line 1, column 3: unexpected character: ='],
    ['(a', "line 1, column 3: expected ')', got the end"],
    ['a\n  .b ==', 'line 2, column 8: unexpected the end'],
    ['"open', 'line 1, column 1: unterminated string'],
    ['a not in b', "line 1, column 3: unexpected 'not'"],
    ['', 'the expression is empty'],
    [' \n', 'the expression is empty'],
    ['x.map(1, x)', 'line 1, column 7: needs a plain name first, as in list.all(x, x > 0)'],
    ['lower(1, 2)', 'line 1, column 1: lower() takes 1 argument (string), not 2'],
    ['has(a)', 'line 1, column 1: has() needs one field'],
    ['default(a)', 'line 1, column 1: default() needs a value and its fallback, not 1 arguments'],
    ['b"x"', 'line 1, column 1: there are no bytes; b64decode() and b64encode() work on text'],
    ['a.matches("(")', 'line 1, column 3: not a pattern of RE2 syntax: missing closing ): `(`'],
    ['now(1)', 'line 1, column 1: now() takes no arguments'],
  ])('%j: %s', (text, message) => {
    expect(problems(text)[0]?.message).toBe(message);
  });

  it('have a hint where one is known', () => {
    expect(problems('a = 1')[0]?.hint).toBe('compare with ==');
    expect(problems('lowr("x")')).toEqual([
      { path: '', message: "line 1, column 1: unknown function 'lowr'", hint: "did you mean 'lower'?" },
    ]);
    expect(problems('event.payload.text.statsWith("x")')[0]?.hint).toBe("did you mean 'startsWith'?");
  });

  it('are all reported at once', () => {
    expect(problems('lowr(x) + uper(y)').map(({ message }) => message)).toEqual([
      "line 1, column 1: unknown function 'lowr'",
      "line 1, column 11: unknown function 'uper'",
    ]);
  });

  it('include names the context will not have', () => {
    const namespaces = ['event.payload', 'event.id', 'pack.config', 'now()'];

    expect(problems('evnt.payload.x == pack.config.y', namespaces)).toEqual([
      { path: '', message: "line 1, column 1: unknown name 'evnt'", hint: "did you mean 'event'?" },
    ]);
    expect(problems('event.paylod.x', namespaces)).toEqual([
      { path: '', message: "line 1, column 7: 'event' has no 'paylod'", hint: "did you mean 'payload'?" },
    ]);
    expect(problems('system.x', namespaces)[0]?.hint).toBe('known names: event, pack');
    expect(problems('succeeded()', namespaces)[0]?.message).toContain('succeeded() is not available here');
    expect(problems('now() > event.payload.at', namespaces)).toEqual([]);
    expect(problems('event.payload.items.all(x, x.y > 1)', namespaces)).toEqual([]);
  });

  it('are the same when the text is compiled again', () => {
    expect(problems('lowr("x")')).toEqual(problems('lowr("x")'));
  });

  it.each([
    ['(', 500],
    ['!', 9000],
    ['-', 9000],
    ['[', 3000],
    ['a.', 4000],
    ['1+', 4000],
    ['a?b:', 2000],
  ])('include nesting: %s repeated %i times', (part, times) => {
    expect(() => compileExpression(part.repeat(times) + '1')).toThrow(ValidationError);
  });

  it('include length', () => {
    expect(problems(' '.repeat(10_001))[0]?.message).toBe('the expression is longer than 10000 characters');
  });
});

describe('limits of an evaluation', () => {
  it.each([
    ['range(1000).map(a, range(1000).map(b, range(1000))).size()', 'too much work'],
    ['range(100000).map(a, range(100).exists(b, b == a)).size()', 'too much work'],
    ['range(100000000)', 'list of more than'],
    [
      'cel.bind(a, "xxxxxxxxxx".replace("x", "xxxxxxxxxxxxxxxxxxxx"), a.replace("x", a).replace("x", a).replace("x", a))',
      'text of more than',
    ],
    ['range(90000).exists(a, range(90000).exists(b, 1 / 0 == 1))', 'too much work'],
  ])('%s ends soon', (text, message) => {
    const started = performance.now();
    expect(failure(text).message).toContain(message);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('stop a value that grows as a tree of shared parts', () => {
    const doublings = Array.from(
      { length: 30 },
      (_, level) => `cel.bind(a${level + 1}, [a${level}, a${level}], `,
    );
    const text = `cel.bind(a0, [1], ${doublings.join('')}a30${')'.repeat(31)}`;

    expect(failure(text).message).toContain('too much work');
  });

  it('stop values that are nested too deeply', () => {
    let deep: unknown = 1;
    for (let level = 0; level < 5000; level++) deep = [deep];

    expect(failure('x', { x: deep }).message).toContain('nested more than 200 levels');
    expect(failure('from_json(x)', { x: '['.repeat(50_000) + ']'.repeat(50_000) }).message).toContain(
      'nested',
    );
  });

  it('hold for patterns', () => {
    expect(evaluate('matches(x, "(a+)+$")', { x: `${'a'.repeat(100_000)}b` })).toBe(false);
  });
});

describe('context functions', () => {
  it('are values or functions of the context', () => {
    expect(evaluate('now()', { 'now()': new Date(0) })).toBe('1970-01-01T00:00:00.000Z');
    expect(evaluate('result().code', { 'result()': () => ({ code: 3 }) })).toBe(3);
  });

  it('fail where the context does not provide them', () => {
    expect(failure('now()').message).toBe('now(): is not available here');
  });
});

describe('evaluateExpression', () => {
  it('gives JSON: times and durations as text, undefined as null', () => {
    expect(evaluate('{"at": event.created, "for": duration("90s"), "list": [1, event.created, 2]}')).toEqual({
      at: '2026-03-29T00:30:00.000Z',
      for: '90s',
      list: [1, '2026-03-29T00:30:00.000Z', 2],
    });
  });

  it('shares what it need not change', () => {
    expect(evaluate('event.payload.user')).toBe(context.event.payload.user);
  });

  it('keeps a key called __proto__ an ordinary key', () => {
    const value = evaluate('{"__proto__": {"polluted": true}}');

    expect(JSON.stringify(value)).toBe('{"__proto__":{"polluted":true}}');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('refuses values that JSON cannot express', () => {
    expect(failure('x', { x: Number.NaN }).message).toContain('JSON cannot express');
    expect(failure('x', { x: () => 1 }).message).toContain('JSON cannot express');
    expect(failure('x', { x: new Map() }).message).toContain('JSON cannot express');
  });

  it('leaves the context as it was', () => {
    const before = JSON.stringify(context);
    for (const text of [
      'sort(event.payload.list)',
      'merge(event.payload.user, {"name": "B"})',
      'reversed(event.payload.list)',
    ]) {
      evaluate(text);
    }
    expect(JSON.stringify(context)).toBe(before);
  });

  it('knows what an expression reads', () => {
    expect([...compileExpression('event.x + pack.y + items.map(i, i.z) + now()').reads]).toEqual([
      'event',
      'pack',
      'items',
      'now()',
    ]);
  });

  it('keeps texts apart that were compiled for different names', () => {
    expect(problems('- event.payload.n', ['event'])).toEqual([]);
    expect(evaluate('event.id\n- event.payload.n')).toBe(2);
    expect(problems('event.id', ['pack'])).toHaveLength(1);
    expect(problems('event.id')).toEqual([]);
  });

  it('compiles a text once', () => {
    expect(compileExpression('event.payload.n + 100')).toBe(compileExpression('event.payload.n + 100'));
  });
});

describe('any input', () => {
  const pieces = [
    'event',
    '.payload',
    '.list',
    '?.x',
    '[0]',
    '["a"]',
    '(',
    ')',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '?',
    '+',
    '-',
    '*',
    '/',
    '%',
    '==',
    '!=',
    '<',
    '>=',
    ' in ',
    '&&',
    '||',
    '!',
    ' and ',
    ' not ',
    '1',
    '2.5',
    '"s"',
    "'",
    '"',
    'null',
    'true',
    'map(',
    'x',
    '.all(x, ',
    'default(',
    'has(',
    'lower(',
    'sort(',
    'format("%s",',
    'from_json("{}")',
    '\\',
    '\n',
    '//',
    'é',
    '\u0000',
    '{{',
    '}}',
    'r"',
    '"""',
    '0x',
    '1e999',
    'cel.bind(',
    'duration("1h")',
    'now()',
    '$',
    '`',
    ';',
  ];

  it('raises no error that is not ours', () => {
    const text = fc.oneof(
      fc.array(fc.constantFrom(...pieces), { maxLength: 25 }).map((parts) => parts.join('')),
      fc.string({ unit: 'binary', maxLength: 60 }),
    );
    fc.assert(
      fc.property(text, fc.dictionary(fc.string(), fc.jsonValue()), (expression, payload) => {
        try {
          const result = evaluate(expression, { event: { payload, list: [1] }, x: 1, 'now()': new Date(0) });
          expect(() => JSON.stringify(result)).not.toThrow();
        } catch (error) {
          expect(error).toBeInstanceOf(AttuneError);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('of valid form is evaluated or fails with a path, whatever the data', () => {
    const leaf = fc.constantFrom(
      'event.payload.a',
      'event.payload.b.c',
      'x',
      '1',
      '"s"',
      'null',
      '[1, "a"]',
      '{"a": 1}',
    );
    const { expression } = fc.letrec<{ expression: string }>((tie) => ({
      expression: fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc
          .tuple(
            tie('expression'),
            fc.constantFrom('+', '-', '==', '<', '&&', '||', 'in', '/'),
            tie('expression'),
          )
          .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
        tie('expression').map((inner) => `default(${inner}, 0)`),
        tie('expression').map((inner) => `string(${inner})`),
        fc.tuple(tie('expression'), tie('expression')).map(([list, body]) => `(${list}).map(x, ${body})`),
      ),
    }));
    fc.assert(
      fc.property(expression, fc.jsonValue(), fc.jsonValue(), (text, a, b) => {
        const compiled = compileExpression(text);
        try {
          evaluateExpression(compiled, { event: { payload: { a, b } }, x: a });
        } catch (error) {
          expect(error).toBeInstanceOf(ExpressionError);
          expect((error as ExpressionError).details[0]?.path).not.toBe('');
        }
      }),
      { numRuns: 500 },
    );
  });
});
