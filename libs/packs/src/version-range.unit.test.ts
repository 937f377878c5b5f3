import { isInRange, isVersion, isVersionRange } from './version-range.js';

test.each(['1.0.0', '0.0.1-rc.1', '1.2.3+build.5', '10.20.30-alpha-x.7'])('%s is a version', (text) => {
  expect(isVersion(text)).toBe(true);
});

test.each(['1', '1.0', 'v1.0.0', '1.0.0.0', '', '1.0.0-'])('%s is no version', (text) => {
  expect(isVersion(text)).toBe(false);
});

test.each(['1.0.0 - 2.0.0', '>>1', 'latest', '1.2.3.4', '^'])('%s is no range', (text) => {
  expect(isVersionRange(text)).toBe(false);
});

const cases: [range: string, inside: string[], outside: string[]][] = [
  ['*', ['0.0.0', '9.9.9'], []],
  ['', ['0.0.0', '9.9.9'], []],
  ['1', ['1.0.0', '1.9.9'], ['0.9.9', '2.0.0']],
  ['1.x', ['1.0.0', '1.9.9'], ['2.0.0']],
  ['1.2', ['1.2.0', '1.2.9'], ['1.3.0', '1.1.9']],
  ['1.2.3', ['1.2.3', '1.2.3+x'], ['1.2.4', '1.2.2']],
  ['^1.2.3', ['1.2.3', '1.9.0'], ['1.2.2', '2.0.0', '2.0.0-rc.1']],
  ['^0.2.3', ['0.2.3', '0.2.9'], ['0.3.0', '0.2.2']],
  ['^0.0.3', ['0.0.3'], ['0.0.4', '0.0.2']],
  ['^0', ['0.0.0', '0.9.0'], ['1.0.0']],
  ['~1.2.3', ['1.2.3', '1.2.9'], ['1.3.0']],
  ['~1', ['1.0.0', '1.9.0'], ['2.0.0']],
  ['>=1.2 <2', ['1.2.0', '1.9.9'], ['1.1.9', '2.0.0']],
  ['>= 1.2 < 2', ['1.2.0'], ['2.0.0']],
  ['>1.2.3', ['1.2.4'], ['1.2.3']],
  ['>1', ['2.0.0'], ['1.9.9']],
  ['<=1.2', ['1.2.9', '0.1.0'], ['1.3.0']],
  ['<1.2.3', ['1.2.2', '1.2.3-rc.1'], ['1.2.3']],
  ['1.x || >=3', ['1.5.0', '3.0.0'], ['2.0.0']],
  ['>=1.0.0-rc.2', ['1.0.0-rc.2', '1.0.0-rc.10', '1.0.0'], ['1.0.0-rc.1', '1.0.0-beta']],
];

test.each(cases)("range '%s'", (range, inside, outside) => {
  expect(isVersionRange(range)).toBe(true);
  expect(inside.filter((version) => !isInRange(version, range))).toEqual([]);
  expect(outside.filter((version) => isInRange(version, range))).toEqual([]);
});
