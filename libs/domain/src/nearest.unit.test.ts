import fc from 'fast-check';
import { didYouMean, nearest } from './nearest.js';

describe('nearest', () => {
  it.each([
    ['paramters', ['parameters', 'params'], 'parameters'],
    ['equls', ['iequals', 'equals'], 'equals'],
    ['evnet', ['event', 'even'], 'event'],
    ['EVENT', ['event'], 'event'],
    ['statsu', ['status'], 'status'],
    ['teh', ['the'], 'the'],
  ])('finds for %s among %j: %s', (name, candidates, expected) => {
    expect(nearest(name, candidates)).toBe(expected);
  });

  it.each([
    ['message', ['payload']],
    ['a', ['b']],
    ['xyz', ['abc', 'def']],
    ['anything', []],
  ])('offers nothing for %s among %j', (name, candidates) => {
    expect(nearest(name, candidates)).toBeUndefined();
  });

  it('words the suggestion as a hint', () => {
    expect(didYouMean('lowr', ['lower'])).toBe("did you mean 'lower'?");
    expect(didYouMean('lowr', [])).toBeUndefined();
  });

  it('finds a name with one letter changed, whatever the name', () => {
    const name = fc.stringMatching(/^[a-z]{3,40}$/);
    fc.assert(
      fc.property(name, fc.nat(), (word, seed) => {
        const at = seed % word.length;
        const changed = `${word.slice(0, at)}_${word.slice(at + 1)}`;
        expect(nearest(changed, [word])).toBe(word);
      }),
    );
  });

  it('answers for long names at once', () => {
    const long = 'x'.repeat(100_000);
    expect(nearest(long, [long.slice(1), 'y'.repeat(100_000)])).toBeUndefined();
  });
});
