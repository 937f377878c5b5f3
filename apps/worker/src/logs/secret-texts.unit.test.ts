import { secretTexts } from './secret-texts.js';

const schema = {
  user: { type: 'string' },
  password: { type: 'string', secret: true },
  pin: { type: 'integer', secret: true },
  auth: {
    type: 'object',
    properties: { tokens: { type: 'array', items: { type: 'string', secret: true } } },
  },
  all: { type: 'object', secret: true },
};

test('every value of a secret parameter, and no other', () => {
  const parameters = {
    user: 'ann',
    password: 'hunter2',
    pin: 4711,
    auth: { tokens: ['t1', 't2'], note: 'x' },
  };
  expect(secretTexts(schema, parameters).sort()).toEqual(['4711', 'hunter2', 't1', 't2']);
});

test('everything below a secret', () => {
  expect(secretTexts(schema, { all: { a: ['x', { b: 'y' }], c: null, d: true } }).sort()).toEqual(['x', 'y']);
});

test('a secret as it looks inside JSON, inside a URL, and line by line', () => {
  const texts = secretTexts(schema, { password: 'first line\n"second" line\nlast' });
  expect(texts).toEqual(
    expect.arrayContaining([
      'first line\n"second" line\nlast',
      'first line\\n\\"second\\" line\\nlast',
      'first%20line%0A%22second%22%20line%0Alast',
      'first line',
      '"second" line',
    ]),
  );
  expect(texts).not.toContain('last');
});

test('what is in a secret that is JSON itself, but for what is too short to tell from anything else', () => {
  const account = { type: 'svc', key: { private: 'long enough\n"line"', id: 12345678 } };
  const texts = secretTexts(schema, { password: JSON.stringify(account) });

  expect(texts).toEqual(expect.arrayContaining([JSON.stringify(account), 'long enough\n"line"', '12345678']));
  expect(texts).not.toContain('svc');
  expect(secretTexts(schema, { password: '{"not": JSON' })).toContain('{"not": JSON');
});

test('what is empty or absent hides nothing', () => {
  expect(secretTexts(schema, { password: '' })).toEqual([]);
  expect(secretTexts(schema, {})).toEqual([]);
  expect(secretTexts(null, { password: 'x' })).toEqual([]);
});

test('a secret as Python writes it into JSON', () => {
  expect(secretTexts(schema, { password: 'caffè "☕"' })).toContain('caff\\u00e8 \\"\\u2615\\"');
});

test('the pieces that a secret was put together from', () => {
  const texts = secretTexts(schema, { password: 'Bearer abc-def' }, ['abc-def', { pin: 4711 }]);
  expect(texts).toEqual(expect.arrayContaining(['Bearer abc-def', 'abc-def', '4711']));
});
