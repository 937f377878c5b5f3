import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { faultPoints } from '@attune/service';
import { root } from './workspace.js';

function reachedPoints(): Set<string> {
  const files = ['apps', 'libs'].flatMap((group) =>
    readdirSync(join(root, group), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\/src\/.*(?<!\.test)\.ts$/.test(file) && !file.includes('node_modules'))
      .map((file) => join(root, group, file)),
  );
  const calls = files.flatMap((file) => [
    ...readFileSync(file, 'utf8').matchAll(/faultPoint\(\s*'([^']+)'/g),
  ]);
  return new Set(calls.map(([, point = '']) => point));
}

test('every fault point of the list is reached by the code', () => {
  const reached = reachedPoints();
  expect(faultPoints.filter((point) => !reached.has(point))).toEqual([]);
});
