import { PatternError, linearRegex, patternProblem } from './linear-regex.js';

describe('linear regular expressions', () => {
  it('finds anywhere in the text', () => {
    expect(linearRegex('b+').test('abbc')).toBe(true);
    expect(linearRegex('^b').test('abbc')).toBe(false);
    expect(linearRegex('B', true).test('abc')).toBe(true);
  });

  it.each(['(a+)+$', '(x+x+)+y', '^(([a-z])+.)+[A-Z]([a-z])+$', '(.*)*=(.*)*'])(
    'matches %s on a long text in linear time',
    (pattern) => {
      const started = performance.now();
      linearRegex(pattern).test('a'.repeat(100_000));
      expect(performance.now() - started).toBeLessThan(5000);
    },
  );

  it.each(['(', '(?=a)', '(a)\\1', 'a{2000}', '(a{1,100}){1,100}', 'a{900}b{900}c{900}', 'x'.repeat(2000)])(
    'refuses %s',
    (pattern) => {
      expect(patternProblem(pattern)).toEqual(expect.any(String));
      expect(() => linearRegex(pattern)).toThrow(PatternError);
    },
  );

  it('knows the syntax people bring from JavaScript', () => {
    expect(linearRegex('^(?<year>\\d{4})/\\u0041').test('2026/A')).toBe(true);
  });
});
