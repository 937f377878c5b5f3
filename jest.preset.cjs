// One Jest configuration for every project: `module.exports = require('../../jest.preset.cjs')(__dirname)`.
// swc emits CommonJS, sources of other workspace packages are read through the `@attune/source` condition,
// so neither tests nor `nx serve` need a build. Packages that ship only ES modules are named below.
const path = require('node:path');

const esmOnly = [
  '@seriousme/openapi-schema-validator',
  'cookie',
  'jose',
  '@marcbachmann/cel-js',
  'croner',
  're2js',
];
const swc = [
  '@swc/jest',
  {
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
    sourceMaps: 'inline',
  },
];

module.exports = (rootDir) => ({
  rootDir,
  displayName: path.basename(rootDir),
  testEnvironment: 'node',
  testEnvironmentOptions: {
    customExportConditions: ['@attune/source', 'node', 'require', 'default'],
  },
  testMatch: ['<rootDir>/src/**/*.(unit|int|e2e|type).test.ts'],
  globalSetup: `${__dirname}/tools/src/jest/global-setup.cjs`,
  testTimeout: 30_000,
  transform: { '^.+\\.[cm]?[tj]sx?$': swc },
  transformIgnorePatterns: [`/node_modules/(?!(${esmOnly.join('|')})/)`],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': ['$1', '$1.js'] },
  cacheDirectory: `${__dirname}/node_modules/.cache/jest`,
});
