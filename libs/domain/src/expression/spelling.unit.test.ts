import fc from 'fast-check';
import { celSpelling } from './spelling.js';

describe('celSpelling', () => {
  it.each([
    ['a and b', 'a &&  b'],
    ['a or not b', 'a || !   b'],
    ['True != False', 'true != false'],
    ['x == None', 'x == null'],
    ['a?.b', 'a.?b'],
    ['a?.[0]', 'a[? 0]'],
  ])('%s becomes %s', (written, cel) => {
    expect(celSpelling(written)).toBe(cel);
  });

  it.each([
    '"a and b"',
    "'not True'",
    '"""x "and" y"""',
    "r'\\' and \\''",
    '"a \\" and b"',
    'event.or.and.not',
    'event. None',
    'android or_ notion',
    'a // and or',
    'a ? b : c',
    '1and2',
  ])('leaves %s as it is', (written) => {
    expect(celSpelling(written)).toBe(written);
  });

  it('changes no position', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...Array.from('aound Tre.?[]"\'\\/ \n1')) }), (text) => {
        expect(celSpelling(text)).toHaveLength(text.length);
      }),
    );
  });
});
