import { unlockedChanges } from './unlocked-changes.js';

const lock = { packages: { '': {}, 'libs/db': { dependencies: { pg: '8.1.0', zod: '4.0.0' } } } };

test('the same dependencies in any order are locked', () => {
  const manifest = { dependencies: { zod: '4.0.0', pg: '8.1.0' }, name: '@attune/db' };
  expect(unlockedChanges(lock, { '': {}, 'libs/db': manifest })).toEqual([]);
});

test('another version, a missing dependency and a new package are told', () => {
  expect(
    unlockedChanges(lock, {
      '': { devDependencies: { jest: '30.0.0' } },
      'libs/db': { dependencies: { pg: '8.2.0', zod: '4.0.0' } },
      'libs/new': {},
    }),
  ).toEqual([
    'devDependencies of the root differ between package.json and package-lock.json',
    'dependencies of libs/db differ between package.json and package-lock.json',
    'libs/new/package.json is not in package-lock.json',
  ]);
});
