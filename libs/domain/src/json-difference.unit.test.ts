import fc from 'fast-check';
import { jsonDifferences } from './json-difference.js';

it('equal documents do not differ, whatever the order of their keys', () => {
  expect(jsonDifferences({ a: 1, b: [null] }, { b: [null], a: 1 })).toEqual([]);
});

it('names the smallest part that differs, by its path', () => {
  const before = { label: 'a', conditions: [{ field: 'n', value: 1 }], same: {} };
  const after = { label: 'b', conditions: [{ field: 'n', value: '1' }], same: {} };

  expect(jsonDifferences(before, after)).toEqual([
    { path: 'conditions[0].value', before: 1, after: '1' },
    { path: 'label', before: 'a', after: 'b' },
  ]);
});

it('tells what was added and what was removed from null', () => {
  expect(jsonDifferences({ gone: null, list: [1, 2] }, { come: null, list: [1] })).toEqual([
    { path: 'come', after: null },
    { path: 'gone', before: null },
    { path: 'list[1]', before: 2 },
  ]);
});

it.each([
  ['a list and an object', [], {}],
  ['an object and null', {}, null],
  ['a number and a text', 1, '1'],
])('%s differ as a whole', (_name, before, after) => {
  expect(jsonDifferences({ x: before }, { x: after })).toEqual([{ path: 'x', before, after }]);
});

it('finds a difference exactly where documents are not equal, and none with themselves', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (before, after) => {
      const there = jsonDifferences(before, after);
      const back = jsonDifferences(after, before);

      expect(jsonDifferences(before, before)).toEqual([]);
      expect(back.map(({ path }) => path)).toEqual(there.map(({ path }) => path));
    }),
  );
});
