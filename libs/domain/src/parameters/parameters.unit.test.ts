import fc from 'fast-check';
import { SecretValue } from '../secret/secret-value.js';
import { checkParameterSchema } from './check-schema.js';
import { checkPayload, parameterNames, resolveParameters } from './parameters.js';
import { isSecretPath, secretPaths } from './secret-paths.js';

const flat = {
  message: { type: 'string', required: true },
  count: { type: 'integer', minimum: 1, maximum: 9, default: 3, position: 1 },
  level: { type: 'string', enum: ['low', 'high'] },
  auth: {
    type: 'object',
    properties: {
      token: { type: 'string', secret: true, required: true },
      retries: { type: 'integer', default: 2 },
    },
  },
  targets: {
    type: 'array',
    items: { type: 'object', properties: { password: { type: 'string', secret: true } } },
  },
  at: { type: 'string', format: 'date-time' },
};

const jsonSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  type: 'object',
  properties: { a: { type: 'integer', default: 5 }, b: { type: 'string', secret: true } },
  required: ['a'],
  additionalProperties: false,
};

describe('resolveParameters', () => {
  it('fills in defaults and keeps parameters the schema does not name', () => {
    expect(resolveParameters(flat, { message: 'x', auth: { token: 't' }, extra: [1] })).toEqual({
      values: { message: 'x', count: 3, auth: { token: 't', retries: 2 }, extra: [1] },
      issues: [],
    });
  });

  it('does not change what it was given, nor hand out the default itself', () => {
    const schema = { list: { type: 'array', default: [1] } };
    const given = { auth: {} };
    (resolveParameters(schema, given).values.list as number[]).push(2);

    expect(given).toEqual({ auth: {} });
    expect(resolveParameters(schema, {}).values).toEqual({ list: [1] });
  });

  it('takes null for a value, which has no default', () => {
    expect(resolveParameters(flat, { message: 'x', count: null }).issues).toEqual([
      { path: 'count', message: 'must be an integer', hint: 'found null' },
    ]);
  });

  it('never coerces', () => {
    for (const count of ['5', 5.5, true, [5]]) {
      expect(resolveParameters(flat, { message: 'x', count }, 'parameters').issues).toMatchObject([
        { path: 'parameters.count', message: 'must be an integer' },
      ]);
    }
  });

  it('finds every issue, with path and hint', () => {
    const given = {
      mesage: 'x',
      count: 10,
      level: 'hihg',
      auth: { tokn: 1 },
      targets: [{}, { password: 1 }],
      at: 'yesterday',
    };

    expect(resolveParameters(flat, given, 'parameters').issues).toEqual([
      { path: 'parameters.message', message: 'is required', hint: "found 'mesage'" },
      { path: 'parameters.count', message: 'must be at most 9' },
      { path: 'parameters.level', message: 'must be one of "low", "high"', hint: "did you mean 'high'?" },
      { path: 'parameters.auth.token', message: 'is required', hint: "found 'tokn'" },
      { path: 'parameters.targets[1].password', message: 'must be a string', hint: 'found a number' },
      { path: 'parameters.at', message: 'must be a valid date-time' },
    ]);
  });

  it('never shows a value', () => {
    const { issues } = resolveParameters(flat, {
      message: 5,
      auth: { token: ['s3cr3t'] },
      level: 's3cr3t',
      at: 's3cr3t',
    });

    expect(issues).toHaveLength(4);
    expect(JSON.stringify(issues)).not.toContain('s3cr3t');
  });

  it('takes JSON Schema as it is', () => {
    expect(resolveParameters(jsonSchema, {}).values).toEqual({ a: 5 });
    expect(resolveParameters(jsonSchema, { c: 1, a: 1 }).issues).toEqual([
      { path: 'c', message: 'is not known here' },
    ]);
  });

  it('tells what each branch of anyOf wants', () => {
    const schema = { x: { anyOf: [{ type: 'string' }, { type: 'integer' }] } };
    expect(resolveParameters(schema, { x: true }).issues.map(({ message }) => message)).toEqual([
      'must be a string',
      'must be an integer',
    ]);
  });

  it.each([[null], [undefined]])('without a schema (%s) anything goes', (schema) => {
    expect(resolveParameters(schema, { a: 1 })).toEqual({ values: { a: 1 }, issues: [] });
  });

  it('takes no values for an empty object, and nothing else for one', () => {
    expect(resolveParameters({}, undefined)).toEqual({ values: {}, issues: [] });
    expect(resolveParameters(flat, [1], 'parameters').issues).toEqual([
      { path: 'parameters', message: 'must be an object', hint: 'found a list' },
    ]);
  });

  it('says so when the schema itself is broken', () => {
    expect(resolveParameters({ a: { type: 'strin' } }, {}).issues).toMatchObject([
      { path: '', message: expect.stringContaining('cannot be checked: the schema') as string },
    ]);
  });

  it('matches patterns in linear time', () => {
    const schema = { p: { type: 'string', pattern: '^(a+)+$' } };
    const started = performance.now();

    expect(resolveParameters(schema, { p: `${'a'.repeat(100_000)}!` }).issues).toHaveLength(1);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('checks formats in bounded time', () => {
    const schema = { m: { type: 'string', format: 'email' }, u: { type: 'string', format: 'url' } };
    const started = performance.now();
    resolveParameters(schema, { m: 'a@' + 'a'.repeat(500_000), u: 'http://' + 'a:@'.repeat(200_000) });

    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('knows parameters called like words of the schema', () => {
    const schema = {
      type: { type: 'string' },
      properties: { type: 'object' },
      required: { type: 'boolean', required: true },
    };

    expect(resolveParameters(schema, { type: 'x', properties: {}, required: true }).issues).toEqual([]);
    expect(
      resolveParameters(schema, { type: 5 })
        .issues.map(({ path }) => path)
        .sort(),
    ).toEqual(['required', 'type']);
  });

  it('keeps a parameter called __proto__ an ordinary one', () => {
    const { values } = resolveParameters({}, JSON.parse('{"__proto__": {"polluted": 1}}'));

    expect(Object.keys(values)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('answers for any values, and accepts again what it accepted', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('message', 'count', 'level', 'auth', 'targets', 'x'), fc.jsonValue()),
        (given) => {
          const { values, issues } = resolveParameters(flat, given);
          expect(resolveParameters(flat, values)).toEqual({ values, issues });
        },
      ),
    );
  });

  it('gives the same answer for an equal schema that is another object', () => {
    expect(resolveParameters(structuredClone(flat), { message: 1 })).toEqual(
      resolveParameters(flat, { message: 1 }),
    );
  });
});

test.each([
  ['a flat schema', { type: { type: 'string' }, n: { type: 'integer' } }, ['type', 'n']],
  ['a JSON Schema', { type: 'object', properties: { a: {} }, required: ['b'] }, ['a']],
  ['an empty schema', {}, []],
  ['no schema', null, undefined],
])('parameterNames of %s', (_case, schema, names) => {
  expect(parameterNames(schema)).toEqual(names);
});

describe('checkPayload', () => {
  it('validates whatever was sent, with the path of the caller', () => {
    const schema = { n: { type: 'number', required: true } };

    expect(checkPayload(schema, { n: 1, more: 2 })).toEqual([]);
    expect(checkPayload(schema, { n: '1' }, 'events[3].payload')).toEqual([
      { path: 'events[3].payload.n', message: 'must be a number', hint: 'found a string' },
    ]);
    expect(checkPayload(schema, 'text', 'payload')).toEqual([
      { path: 'payload', message: 'must be an object', hint: 'found a string' },
    ]);
    expect(checkPayload(null, 'text')).toEqual([]);
  });
});

describe('checkParameterSchema', () => {
  it.each([[flat], [jsonSchema], [{}], [null], [undefined]])('finds nothing wrong with %j', (schema) => {
    expect(checkParameterSchema(schema)).toEqual([]);
  });

  it('finds what is wrong with a flat schema', () => {
    const problems = checkParameterSchema(
      {
        a: { tpye: 'string' },
        b: 5,
        c: { type: 'strin' },
        d: { type: 'string', pattern: '(' },
        e: { type: 'string', format: 'datetime' },
        f: { type: 'object', properties: { g: { type: 'x', secret: 'yes' } } },
        h: { type: 'array', items: { required: 'yes' } },
        i: { minimum: '1', enum: [] },
        j: { maxLength: 1.5, description: 5 },
      },
      'parameters',
    );

    expect(problems.map(({ path, message }) => `${path} ${message}`)).toEqual([
      "parameters.a.tpye unknown keyword 'tpye'",
      'parameters.b must describe the parameter, as in {type: string}',
      'parameters.c.type must be one of string, integer, number, boolean, array, object, null',
      'parameters.d.pattern not a pattern of RE2 syntax: missing closing ): `(`',
      "parameters.e.format unknown format 'datetime'",
      'parameters.f.properties.g.type must be one of string, integer, number, boolean, array, object, null',
      'parameters.f.properties.g.secret must be true or false',
      'parameters.h.items.required must be true or false',
      'parameters.i.minimum must be a number',
      'parameters.i.enum must be a list of values',
      'parameters.j.maxLength must be a whole number',
      'parameters.j.description must be a string',
    ]);
    expect(problems[0]?.hint).toBe("did you mean 'type'?");
    expect(problems[2]?.hint).toBe("did you mean 'string'?");
    expect(problems[4]?.hint).toBe("did you mean 'date-time'?");
  });

  it('finds defaults that their own parameters refuse', () => {
    expect(checkParameterSchema({ n: { type: 'integer', required: true, default: 'x' } })).toEqual([
      { path: 'n.default', message: 'must be an integer', hint: 'found a string' },
    ]);
    expect(
      checkParameterSchema({ type: 'object', properties: { n: { enum: [1], default: 2 } } }),
    ).toMatchObject([{ path: 'properties.n.default', message: 'must be one of 1' }]);
  });

  it.each([
    [5, 'must be an object'],
    [{ type: 'object', properties: { a: { type: 'nope' } } }, 'schema is invalid'],
    [{ type: 'object', properties: { a: { $ref: 'http://evil.example/x' } } }, "can't resolve reference"],
    [{ type: 'object', nonsense: 1 }, 'unknown keyword: "nonsense"'],
    [{ type: 'object', properties: { a: { pattern: '(' } } }, 'not a pattern of RE2 syntax'],
    [
      { type: 'object', properties: { a: { enum: Array.from({ length: 60_000 }, (_, index) => index) } } },
      'larger than',
    ],
  ])('says of %j what is wrong', (schema, message) => {
    expect(checkParameterSchema(schema)[0]?.message).toContain(message);
  });

  it('keeps schemas with the same $id apart', () => {
    const schema = (type: string) => ({
      type: 'object',
      $id: 'same',
      properties: { a: { $id: 'inner', type } },
    });

    expect(checkParameterSchema(schema('string'))).toEqual([]);
    expect(checkParameterSchema(schema('integer'))).toEqual([]);
    expect(resolveParameters(schema('integer'), { a: 'x' }).issues).toHaveLength(1);
  });

  it('answers for anything', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (schema) => {
        expect(Array.isArray(checkParameterSchema(schema))).toBe(true);
        expect(Array.isArray(resolveParameters(schema, {}).issues)).toBe(true);
      }),
    );
  });
});

describe('secretPaths', () => {
  it('finds secrets in flat schemas and in JSON Schema, within objects and lists', () => {
    expect(secretPaths(flat)).toEqual(['auth.token', 'targets.*.password']);
    expect(secretPaths(jsonSchema)).toEqual(['b']);
    expect(secretPaths({ list: { type: 'array', items: { type: 'string', secret: true } } })).toEqual([
      'list.*',
    ]);
    expect(secretPaths(null)).toEqual([]);
  });

  it.each([
    ['auth.token', true],
    ['auth.token.inner', true],
    ['targets[3].password', true],
    ['auth', false],
    ['auth.tokens', false],
    ['targets[3]', false],
  ])('%s is secret: %s', (path, expected) => {
    expect(isSecretPath(path, ['auth.token', 'targets.*.password'])).toBe(expected);
  });
});

describe('a secret that is not opened', () => {
  const schema = {
    pin: { type: 'integer', minimum: 1, secret: true, required: true },
    auth: { type: 'object', secret: true, properties: { user: { required: true, default: 'ann' } } },
    name: { type: 'string' },
  };
  const secret = new SecretValue([{ key: 'ops.pin' }]);

  it('is taken for what its schema asks, and for nothing else', () => {
    const values = { pin: secret, auth: secret };
    expect(resolveParameters(schema, values)).toEqual({ values, issues: [] });
    expect(resolveParameters(schema, { ...values, name: 7 }).issues.map(({ path }) => path)).toEqual([
      'name',
    ]);
    expect(resolveParameters(schema, { pin: { $secret: [] } }).issues.map(({ path }) => path)).toEqual([
      'pin',
    ]);
  });

  it.each([
    [{ pin: 1, name: secret }, 'parameters.name'],
    [{ pin: 1, unknown: [secret] }, 'parameters.unknown[0]'],
  ])('belongs nowhere else: %j', (values, path) => {
    const expected = [{ path, message: 'a secret may go only into a parameter that is declared secret' }];
    expect(resolveParameters(schema, values, 'parameters').issues).toEqual(expected);
    expect(resolveParameters(null, values, 'parameters').issues.map((issue) => issue.path)).toContain(path);
  });
});

describe('a schema that writes out a secret', () => {
  it.each([
    [{ token: { type: 'string', secret: true, default: 'x' } }, 'token.default'],
    [{ token: { type: 'string', secret: true, enum: ['x'] } }, 'token.enum'],
    [{ token: { const: 'x', secret: true } }, 'token.const'],
    [{ token: { secret: true, examples: ['x'] } }, 'token.examples'],
    [
      { all: { type: 'object', secret: true, properties: { a: { default: 'x' } } } },
      'all.properties.a.default',
    ],
    [{ list: { type: 'array', items: { secret: true, default: 'x' } } }, 'list.items.default'],
    [{ type: 'object', properties: { token: { secret: true, default: 'x' } } }, 'properties.token.default'],
  ])('is refused: %j', (schema, path) => {
    expect(checkParameterSchema(schema).map((issue) => issue.path)).toEqual([path]);
  });

  it.each([
    { token: { type: ['string', 'null'], secret: true, default: null } },
    { token: { type: 'string', secret: true, default: '' }, level: { default: 1, enum: [1] } },
  ])('does not say nothing: %j', (schema) => {
    expect(checkParameterSchema(schema)).toEqual([]);
  });
});
