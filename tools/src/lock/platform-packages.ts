/** What of npm's package-lock.json is read here. */
export interface Lock {
  packages: Record<string, LockedPackage>;
}

export interface LockedPackage {
  version?: string;
  license?: string;
  dev?: boolean;
  engines?: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  [other: string]: unknown;
}

const systems = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
const processors = [
  'loong64',
  'mips64el',
  'ppc64',
  'riscv64',
  's390x',
  'wasm32',
  'arm64',
  'ia32',
  'x64',
  'arm',
];

/**
 * Entries that optional per-platform packages lack in the lock, as npm would write them less `integrity`.
 * A registry that does not have a package at the time of `npm install` leaves it out of the lock, and
 * `npm ci` then refuses the lock everywhere.
 */
export function missingPlatformPackages({ packages }: Lock): Record<string, LockedPackage> {
  const missing = Object.entries(packages).flatMap(([place, parent]) =>
    Object.entries(parent.optionalDependencies ?? {})
      .filter(([name, range]) => /^\d+\.\d+\.\d+/.test(range) && !isLocked(packages, place, name))
      .map(([name, version]) => [`node_modules/${name}`, entryOf(name, version, parent)] as const),
  );
  return Object.fromEntries(missing);
}

/** Looks where Node.js would: below the parent, then in each node_modules above. */
function isLocked(packages: Lock['packages'], place: string, name: string): boolean {
  const parts = place.split('/node_modules/');
  return Array.from({ length: parts.length + 1 }, (_, depth) =>
    parts.slice(0, depth).join('/node_modules/'),
  ).some((base) => `${base === '' ? '' : `${base}/`}node_modules/${name}` in packages);
}

function entryOf(name: string, version: string, parent: LockedPackage): LockedPackage {
  const words = name.replace(/^@[^/]+\//, '').split('-');
  const entry = {
    version,
    cpu: listOf(words.includes('armv7') ? 'arm' : processors.find((processor) => words.includes(processor))),
    dev: parent.dev,
    libc: listOf(libcOf(words)),
    license: parent.license,
    optional: true,
    os: listOf(words.includes('windows') ? 'win32' : systems.find((system) => words.includes(system))),
    engines: parent.engines,
  };
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined));
}

function libcOf(words: readonly string[]): string | undefined {
  if (!words.includes('linux')) return undefined;
  return words.includes('musl') ? 'musl' : words.includes('gnu') ? 'glibc' : undefined;
}

function listOf(word: string | undefined): string[] | undefined {
  return word === undefined ? undefined : [word];
}
