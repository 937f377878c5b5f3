import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const created: string[] = [];

afterAll(() => Promise.all(created.map((directory) => rm(directory, { recursive: true, force: true }))));

/** A small pack without mistakes; tests replace or add files. */
export const demoPack: Readonly<Record<string, string>> = {
  'pack.yaml': 'ref: demo\nlabel: Demo\nversion: 1.0.0\n',
  'triggers/door.yaml': [
    'ref: demo.door',
    'label: Door',
    'parameters:',
    '  building: { type: string, required: true }',
    'output:',
    '  open: { type: boolean, required: true }',
    '',
  ].join('\n'),
  'actions/ring.yaml': [
    'ref: demo.ring',
    'label: Ring',
    'runner_type: shell',
    'entry_point: ring.sh',
    'parameters:',
    '  times: { type: integer, required: true }',
    '  tone: { type: string, default: low }',
    '',
  ].join('\n'),
  'actions/ring.sh': '#!/bin/sh\n',
  'rules/door_rings.yaml': [
    'ref: demo.door_rings',
    'label: The bell rings when the door opens',
    'trigger_ref: demo.door',
    'trigger_params: { building: north }',
    'conditions:',
    '  - { field: open, operator: equals, value: true }',
    'action_ref: demo.ring',
    'action_params: { times: 2 }',
    '',
  ].join('\n'),
};

/** Writes files to a new directory, removed after the tests of the file. Programs (`*.sh`) are executable. */
export async function writePack(files: Readonly<Record<string, string>>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'attune-pack-'));
  created.push(directory);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
    if (path.endsWith('.sh')) await chmod(join(directory, path), 0o755);
  }
  return directory;
}
