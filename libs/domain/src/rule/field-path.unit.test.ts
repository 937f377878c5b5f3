import fc from 'fast-check';
import { parseFieldPath, readField } from './field-path.js';

describe('parseFieldPath', () => {
  it.each([
    ['status', ['status']],
    ['user.name', ['user', 'name']],
    ['items[0].name', ['items', 0, 'name']],
    ['items.0.name', ['items', '0', 'name']],
    ['items[-1]', ['items', -1]],
    ['labels["app.kubernetes.io/name"]', ['labels', 'app.kubernetes.io/name']],
    ['["odd \\"key\\""].x', ['odd "key"', 'x']],
    ['with-dash.über', ['with-dash', 'über']],
  ])('reads %s', (text, path) => {
    expect(parseFieldPath(text)).toEqual(path);
  });

  it.each(['', '.', 'a.', '.a', 'a..b', 'a[', 'a[]', 'a[x]', 'a]', 'a["x]', 'a[0]b', 'x.'.repeat(60) + 'x'])(
    'takes %j for none',
    (text) => {
      expect(parseFieldPath(text)).toBeUndefined();
    },
  );

  it('answers for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '.', '[', ']', '"', '\\', '0', '-') }), (text) => {
        const path = parseFieldPath(text);
        expect(path === undefined || path.length > 0).toBe(true);
      }),
    );
  });
});

describe('readField', () => {
  const payload = { a: { b: [{ c: 1 }, { c: null }] }, '': 2 };

  it.each([
    ['a.b[0].c', 1],
    ['a.b.0.c', 1],
    ['a.b[-1].c', null],
    ['a.b[2].c', undefined],
    ['a.b.x', undefined],
    ['a.b.length', undefined],
    ['a.toString', undefined],
    ['a["__proto__"]', undefined],
    ['a.b[0].c.d', undefined],
  ])('finds at %s: %j', (text, expected) => {
    expect(readField(payload, parseFieldPath(text)!)).toBe(expected);
  });
});
