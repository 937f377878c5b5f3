import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../workspace.js';
import { isInstalled } from './packages.cjs';

describe('the launcher', () => {
  test('tells an old Node.js what is needed', () => {
    const asOld = `Object.defineProperty(process.versions, 'node', { value: '18.20.4' }); require('./attune');`;

    const { status, stderr } = spawnSync(process.execPath, ['-e', asOld], { cwd: root, encoding: 'utf8' });

    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: 'Attune needs Node.js 20.19 or newer; this is 18.20.4 (https://nodejs.org).\n',
    });
  });

  test('refuses a benchmark that does not exist, wherever its name points', () => {
    const { status, stderr } = spawnSync(join(root, 'attune'), ['bench', '../../etc'], { encoding: 'utf8' });

    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: 'there is no benchmark ../../etc: see bench/src\n',
    });
  });
});

describe('node_modules', () => {
  const wanted = {
    '': { name: 'attune' },
    'libs/db': { name: '@attune/db' },
    'node_modules/@attune/db': { resolved: 'libs/db', link: true },
    'node_modules/pg': { version: '8.2.0' },
    'node_modules/@c/darwin-arm64': { version: '1.0.0', optional: true },
  };
  const installed = {
    'node_modules/@attune/db': { resolved: 'libs/db', link: true },
    'node_modules/pg': { version: '8.2.0' },
  };
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'attune-launcher-'));
    mkdirSync(join(folder, 'node_modules'));
    write('package-lock.json', wanted, 2000);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function write(file: string, packages: object, changedAt: number): void {
    const path = join(folder, file);
    writeFileSync(path, JSON.stringify({ packages }));
    utimesSync(path, changedAt, changedAt);
  }
  const install = (packages: object, at: number) => write('node_modules/.package-lock.json', packages, at);

  test('that are missing are not installed', () => {
    expect(isInstalled(folder)).toBe(false);
  });

  test('newer than the lock are installed', () => {
    install(installed, 3000);
    expect(isInstalled(folder)).toBe(true);
  });

  test('older than the lock are installed while they hold what it says, but for other platforms', () => {
    install(installed, 1000);
    expect(isInstalled(folder)).toBe(true);
  });

  test.each([
    ['another version', { 'node_modules/pg': { version: '8.1.0' } }],
    ['a missing package', { 'node_modules/pg': undefined }],
    ['a missing workspace link', { 'node_modules/@attune/db': undefined }],
  ])('older than the lock with %s are not', (_what, difference) => {
    install({ ...installed, ...difference }, 1000);
    expect(isInstalled(folder)).toBe(false);
  });
});

test('our packages are read from source without flags or a build', () => {
  const program = `
    const { register } = require('node:module');
    register('./tools/src/launcher/source-condition.mjs', require('node:url').pathToFileURL(process.cwd() + '/'));
    import('node:module').then(() => import('@attune/testing')).catch((e) => console.log(e.message));`;
  const resolved = execFileSync(process.execPath, ['-e', program], { cwd: root, encoding: 'utf8' });

  expect(resolved).toMatch(/libs\/testing\/src\/index\.ts/);
});
