import { namedKeys, checkTemplatedParameters } from './templated-parameters.js';

const flat = {
  message: { type: 'string', required: true },
  count: { type: 'integer', minimum: 1 },
  level: { type: 'string', enum: ['low', 'high'] },
  auth: { type: 'object', properties: { token: { type: 'string', secret: true, required: true } } },
};

describe('checkTemplatedParameters', () => {
  const options = { path: 'action_params', namespaces: ['event.payload', 'keys'] };

  it('checks what is written out and leaves the rest for later', () => {
    const values = {
      message: '{{ event.payload.text }}',
      count: '{{ event.payload.n }}',
      level: 'no',
      auth: {},
    };

    expect(
      checkTemplatedParameters(flat, values, options).map(({ path, message }) => `${path} ${message}`),
    ).toEqual(['action_params.level must be one of "low", "high"', 'action_params.auth.token is required']);
  });

  it('checks the templates themselves', () => {
    expect(checkTemplatedParameters(flat, { message: '{{ evnt.x }}' }, options)).toMatchObject([
      { path: 'action_params.message', message: "line 1, column 4: unknown name 'evnt'" },
    ]);
  });

  it.each([
    [{ auth: { token: 'hunter2' } }, ['action_params.auth.token']],
    [{ auth: { token: 4711 } }, ['action_params.auth.token']],
    [{ auth: { token: '{{ event.payload.token }}' } }, []],
    [{ auth: { token: 'Bearer {{ event.payload.token }}' } }, []],
    [{ auth: { token: '' } }, []],
  ])('lets nobody write out what is secret: %j', (values, expected) => {
    const schema = {
      auth: { type: 'object', properties: { token: { secret: true }, note: { type: 'string' } } },
    };
    const found = checkTemplatedParameters(schema, values, options);

    expect(found.map(({ path }) => path)).toEqual(expected);
    expect(JSON.stringify(found)).not.toMatch(/hunter2|4711/);
  });

  it('lets nobody write out what lies below a secret, or in a list of them', () => {
    const schema = {
      all: { type: 'object', secret: true },
      tokens: { type: 'array', items: { type: 'string', secret: true } },
      open: { type: 'string' },
    };
    const values = { all: { a: { b: 'x' }, c: null }, tokens: ['{{ event.payload.a }}', 'y'], open: 'z' };

    expect(checkTemplatedParameters(schema, values, options).map(({ path }) => path)).toEqual([
      'action_params.all.a.b',
      'action_params.tokens[1]',
    ]);
  });

  it('lets secrets go only where they are declared', () => {
    const values = { message: 'x', auth: { token: '{{ keys.token }}' }, level: 'a {{ keys.token }}' };

    expect(checkTemplatedParameters(flat, values, options)).toEqual([
      {
        path: 'action_params.level',
        message: 'a secret may go only into a parameter that is declared secret',
      },
    ]);
  });

  it('lets secrets of the configuration go only where they are declared', () => {
    const confSchema = { token: { secret: true }, smtp: { properties: { password: { secret: true } } } };
    const namespaces = ['pack.config'];
    const check = (text: string) =>
      checkTemplatedParameters(
        { at: { secret: true } },
        { open: text, at: text },
        { namespaces, confSchema },
      );

    for (const path of ['token', 'token.x', 'smtp.password', '["token"]', 'smtp']) {
      const text = path.startsWith('[') ? `{{ pack.config${path} }}` : `{{ pack.config.${path} }}`;
      expect(check(text).map((problem) => problem.path)).toEqual(['open']);
    }
    expect(check('{{ pack.config }}').map((problem) => problem.path)).toEqual(['open']);
    expect(check('{{ pack.config.tokens }} {{ pack.config.smtp.host }}')).toEqual([]);
  });

  it('lets nobody write what only the api writes', () => {
    const values = { auth: { token: { $secret: [{ key: 'ops.token' }] } } };
    expect(checkTemplatedParameters(flat, values, options).map(({ path }) => path)).toEqual([
      'action_params.auth.token',
    ]);
  });
});

it('names the keys of templates, and where', () => {
  const values = { a: ['{{ keys.ops.token }}'], b: '{{ event.id }} {{ keys["x.y"] }} {{ keys.z }}' };
  expect(namedKeys(values, 'params')).toEqual([
    { path: 'params.a[0]', ref: 'ops.token' },
    { path: 'params.b', ref: 'x.y' },
    { path: 'params.b', ref: 'z' },
  ]);
});
