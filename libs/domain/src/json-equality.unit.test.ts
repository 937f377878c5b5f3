import fc from 'fast-check';
import { isDeepEqual } from './json-equality.js';

describe('isDeepEqual', () => {
  it('equals a copy, whatever the order of keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const copy = JSON.parse(JSON.stringify(value)) as unknown;
        expect(isDeepEqual(JSON.parse(JSON.stringify(value)), copy)).toBe(true);
      }),
    );
    expect(isDeepEqual({ a: 1, b: [{ c: null }] }, { b: [{ c: null }], a: 1 })).toBe(true);
  });

  it.each([
    [1, '1'],
    [null, undefined],
    [null, false],
    [[], {}],
    [[1, 2], [1]],
    [{ a: 1 }, { a: 1, b: undefined }],
    [{ a: undefined }, { b: undefined }],
    [0, false],
  ])('%j is not %j', (left, right) => {
    expect(isDeepEqual(left, right)).toBe(false);
  });

  it('compares times', () => {
    expect(isDeepEqual(new Date(5), new Date(5))).toBe(true);
    expect(isDeepEqual(new Date(5), new Date(6))).toBe(false);
    expect(isDeepEqual(new Date(5), 5)).toBe(false);
  });
});
