import { missingPlatformPackages } from './platform-packages.js';

const compiler = {
  version: '1.2.3',
  license: 'MIT',
  dev: true,
  engines: { node: '>=10' },
  optionalDependencies: { '@c/linux-x64-musl': '1.2.3', '@c/windows-arm64': '1.2.3', fsevents: '~2.3.0' },
};

test('platform packages that the lock lacks are listed as npm writes them', () => {
  const packages = { 'node_modules/compiler': compiler };

  expect(missingPlatformPackages({ packages })).toEqual({
    'node_modules/@c/linux-x64-musl': {
      version: '1.2.3',
      cpu: ['x64'],
      dev: true,
      libc: ['musl'],
      license: 'MIT',
      optional: true,
      os: ['linux'],
      engines: { node: '>=10' },
    },
    'node_modules/@c/windows-arm64': {
      version: '1.2.3',
      cpu: ['arm64'],
      dev: true,
      license: 'MIT',
      optional: true,
      os: ['win32'],
      engines: { node: '>=10' },
    },
  });
});

test('packages locked at the top or below their parent are not missing', () => {
  const packages = {
    'node_modules/a/node_modules/compiler': compiler,
    'node_modules/@c/linux-x64-musl': {},
    'node_modules/a/node_modules/compiler/node_modules/@c/windows-arm64': {},
  };

  expect(missingPlatformPackages({ packages })).toEqual({});
});
