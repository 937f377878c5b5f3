import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { missingPlatformPackages } from './lock/platform-packages.js';
import type { Lock } from './lock/platform-packages.js';
import { unlockedChanges } from './lock/unlocked-changes.js';
import type { Manifest } from './lock/unlocked-changes.js';
import { projectsWith, root } from './workspace.js';

// `check-lock [--fix]`: whether `npm ci` takes package-lock.json on every platform; --fix adds platform packages.

const file = join(root, 'package-lock.json');
const lock = read<Lock>('package-lock.json');
const missing = missingPlatformPackages(lock);

if (process.argv.includes('--fix')) {
  const { '': rootPackage = {}, ...others } = { ...lock.packages, ...missing };
  const sorted = Object.entries(others).sort(([a], [b]) => a.localeCompare(b, 'en'));
  const packages = { '': rootPackage, ...Object.fromEntries(sorted) };
  writeFileSync(file, `${JSON.stringify({ ...lock, packages }, null, 2)}\n`);
  console.log(`${Object.keys(missing).length} entries added`);
} else {
  const changes = unlockedChanges(lock, manifests());
  for (const place of Object.keys(missing)) console.log(`${place} is not locked: npm run fix-lock`);
  for (const change of changes) console.log(`${change}: npm install`);
  process.exitCode = changes.length + Object.keys(missing).length === 0 ? 0 : 1;
}

function manifests(): Record<string, Manifest> {
  const places = ['', ...projectsWith('package.json')];
  return Object.fromEntries(places.map((place) => [place, read<Manifest>(join(place, 'package.json'))]));
}

function read<T>(path: string): T {
  return JSON.parse(readFileSync(join(root, path), 'utf8')) as T;
}
