import { parseJson } from './parse-json.js';

const nested = (depth: number, text = '') => '['.repeat(depth) + text + ']'.repeat(depth);

test('JSON is parsed as ever', () => {
  const value = { a: [1, { b: 'x"y\\' }], 'c]"[': '{{[[' };
  expect(parseJson(JSON.stringify(value))).toEqual(value);
});

test('200 levels are read, 201 are refused', () => {
  expect(parseJson(nested(200))).toHaveLength(1);
  expect(() => parseJson(nested(201))).toThrow('nested more than 200 levels deep');
});

test('brackets in strings do not count, whatever is escaped around them', () => {
  for (const text of ['[', '"', '\\', '\\"', '"\\']) {
    const value = [text, '['.repeat(500), { [text]: '{'.repeat(500) }];
    expect(parseJson(JSON.stringify(value))).toEqual(value);
  }
});

test('what is no JSON is a SyntaxError', () => {
  for (const text of ['', '"', '"\\"', '[', '{"a":}', ']]'])
    expect(() => parseJson(text)).toThrow(SyntaxError);
});

test.each([
  'hunter2-is-secret',
  '"hunter2-is-secret',
  '{"a": hunter2-is-secret}',
  '["a" "hunter2-is-secret"]',
  'undefined',
])('of %j the error quotes nothing', (text) => {
  const message = (() => {
    try {
      return String(parseJson(text));
    } catch (error) {
      return (error as Error).message;
    }
  })();
  expect(message).not.toMatch(/hunter|secret|undefined/);
  expect(message.length).toBeGreaterThan(10);
});
