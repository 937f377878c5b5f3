import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makePack, useTestDatabase } from '@attune/db/testing';
import { packDirectories } from './pack-directories.js';

const database = useTestDatabase();
const root = mkdtempSync(join(tmpdir(), 'worker-packs-'));

afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A pack's directory; its name need not be its ref. */
function packAt(directory: string, ref: string): string {
  const path = join(root, directory);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'pack.yaml'), `ref: ${ref}\n`);
  return path;
}

test('finds a pack by the ref in its file, itself or in a directory of packs', async () => {
  const one = packAt('one', 'first');
  const two = packAt('many/some-name', 'second');
  packAt('many/other', 'third');
  const find = packDirectories(database.db, [one, join(root, 'many'), join(root, 'absent')]);
  expect(await find('first')).toBe(one);
  expect(await find('second')).toBe(two);
  expect(await find('unknown')).toBeUndefined();
});

test('prefers what was installed to another copy', async () => {
  const copy = packAt('copies/a', 'twice');
  const installed = packAt('installed', 'twice');
  await makePack(database.db, { ref: 'twice', storage_path: installed });
  expect(await packDirectories(database.db, [copy])('twice')).toBe(installed);
});

test('what was installed elsewhere is looked for here', async () => {
  const here = packAt('here', 'shared');
  await makePack(database.db, { ref: 'shared', storage_path: join(root, 'not-on-this-machine') });
  expect(await packDirectories(database.db, [here])('shared')).toBe(here);
});

test('asks once for many runs at once', async () => {
  const find = packDirectories(database.db, [root]);
  expect(find('x')).toBe(find('x'));
  await find('x');
});
