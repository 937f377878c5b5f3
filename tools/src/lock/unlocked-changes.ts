import type { Lock } from './platform-packages.js';

export type Manifest = Readonly<Record<string, unknown>>;

const groups = ['dependencies', 'devDependencies', 'optionalDependencies'] as const;

/** Dependencies that package.json files name and the lock does not, or the other way: `npm ci` refuses them. */
export function unlockedChanges({ packages }: Lock, manifests: Readonly<Record<string, Manifest>>): string[] {
  return Object.entries(manifests).flatMap(([place, manifest]) => {
    const locked = packages[place];
    if (locked === undefined) return [`${place}/package.json is not in package-lock.json`];
    return groups
      .filter((group) => !isSame(manifest[group], locked[group]))
      .map((group) => `${group} of ${place || 'the root'} differ between package.json and package-lock.json`);
  });
}

function isSame(wanted: unknown, locked: unknown): boolean {
  return JSON.stringify(sorted(wanted)) === JSON.stringify(sorted(locked));
}

function sorted(dependencies: unknown): [string, unknown][] {
  return Object.entries(dependencies ?? {}).sort(([a], [b]) => a.localeCompare(b));
}
