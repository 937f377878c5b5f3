import fc from 'fast-check';

import { parseRange, RangeNotSatisfiableError } from './byte-range.js';

const size = 1_000;

test.each([
  ['bytes=0-0', 0, 0],
  ['bytes=0-499', 0, 499],
  ['bytes=500-999', 500, 999],
  ['bytes=500-', 500, 999],
  ['bytes=999-', 999, 999],
  ['bytes=500-5000', 500, 999],
  ['bytes=0-99999999999999999999999', 0, 999],
  ['bytes=-1', 999, 999],
  ['bytes=-500', 500, 999],
  ['bytes=-1000', 0, 999],
  ['bytes=-5000', 0, 999],
  ['bytes=00-009', 0, 9],
  ['BYTES=1-2', 1, 2],
  ['  bytes=1-2\t', 1, 2],
  ['bytes=, 1-2 ,', 1, 2],
])('%j of 1,000 bytes are those from %i to %i', (header, start, end) => {
  expect(parseRange(header, size)).toEqual({ start, end });
});

test.each([
  ['no header', undefined],
  ['an empty header', ''],
  ['another unit', 'lines=0-9'],
  ['no ranges', 'bytes='],
  ['ranges without a number', 'bytes=-'],
  ['a last byte before the first', 'bytes=9-8'],
  ['several ranges', 'bytes=0-1,5-6'],
  ['a range and a malformed one', 'bytes=0-1,x'],
  ['a negative number', 'bytes=-1-2'],
  ['a sign', 'bytes=+1-2'],
  ['a fraction', 'bytes=0.5-2'],
  ['a number that is not decimal', 'bytes=0x1-0x2'],
  ['digits of another script', 'bytes=٠-١'],
  ['spaces within', 'bytes=0 - 1'],
  ['a space before the sign', 'bytes =0-1'],
  ['something behind', 'bytes=0-1;q=1'],
])('the whole is the answer to %s', (_name, header) => {
  expect(parseRange(header, size)).toBeUndefined();
});

test.each(['bytes=1000-', 'bytes=1000-2000', 'bytes=99999999999999999999999-', 'bytes=-0'])(
  '%s cannot be satisfied by 1,000 bytes',
  (header) => {
    expect(() => parseRange(header, size)).toThrow(RangeNotSatisfiableError);
    expect(() => parseRange(header, size)).toThrow(expect.objectContaining({ size }) as Error);
  },
);

test('of no bytes at all the last ones are the whole, and no others are there', () => {
  expect(parseRange('bytes=-5', 0)).toBeUndefined();
  expect(() => parseRange('bytes=0-', 0)).toThrow(RangeNotSatisfiableError);
});

test('any range lies within the content, holds what was asked for, or is refused', () => {
  const edge = fc.option(fc.nat(30), { nil: undefined });
  fc.assert(
    fc.property(edge, edge, fc.nat(20), (first, last, length) => {
      const read = () => parseRange(`bytes=${first ?? ''}-${last ?? ''}`, length);
      const places = Array.from({ length }, (_, place) => place);
      const asked = places.filter((place) =>
        first === undefined ? place >= length - (last ?? 0) : place >= first && place <= (last ?? length),
      );
      const valid = first === undefined ? last !== undefined : first <= (last ?? first);
      const wholeOfNothing = first === undefined && last !== 0 && length === 0;

      if (!valid || wholeOfNothing) expect(read()).toBeUndefined();
      else if (asked.length === 0) expect(read).toThrow(RangeNotSatisfiableError);
      else expect(read()).toEqual({ start: asked[0], end: asked.at(-1) });
    }),
  );
});

test('any text is answered', () => {
  const text = fc.oneof(fc.string(), fc.stringMatching(/^bytes=[-0-9, ]{0,12}$/));
  fc.assert(
    fc.property(text, fc.nat(100), (header, length) => {
      try {
        const range = parseRange(header, length);
        if (range !== undefined) {
          expect(range.start).toBeGreaterThanOrEqual(0);
          expect(range.end).toBeGreaterThanOrEqual(range.start);
          expect(range.end).toBeLessThan(length);
        }
      } catch (error) {
        expect(error).toBeInstanceOf(RangeNotSatisfiableError);
      }
    }),
  );
});
