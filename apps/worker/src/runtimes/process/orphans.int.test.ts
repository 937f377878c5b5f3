import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeOrphans, workerDirectory } from './orphans.js';

const root = mkdtempSync(join(tmpdir(), 'worker-orphans-'));

afterAll(() => rmSync(root, { recursive: true, force: true }));

function directoryOf(pid: number | string): string {
  const directory = join(root, `attune-worker-${pid}-abc123`);
  mkdirSync(join(directory, 'run-1'), { recursive: true });
  writeFileSync(join(directory, 'run-1', 'left'), 'x');
  return directory;
}

const program = (home: string) =>
  spawn('sleep', ['60'], { env: { PATH: process.env['PATH'] ?? '', HOME: home }, detached: true });

test('ends the programs of a killed worker and removes their directories', async () => {
  const killed = directoryOf(spawnSync('true').pid);
  const left = program(join(killed, 'run-1'));
  const ended = once(left, 'exit');
  removeOrphans(root);
  expect(await ended).toEqual([null, 'SIGKILL']);
  expect(existsSync(killed)).toBe(false);
});

test('leaves alone what belongs to a worker that is alive, and to nobody it knows', async () => {
  const alive = join(root, `${workerDirectory}abc123`);
  mkdirSync(join(alive, 'run-1'), { recursive: true });
  const stranger = join(root, 'attune-worker-notes');
  mkdirSync(stranger);
  const running = program(join(alive, 'run-1'));
  removeOrphans(root);
  expect(existsSync(alive)).toBe(true);
  expect(existsSync(stranger)).toBe(true);
  expect(running.exitCode).toBeNull();
  const ended = once(running, 'exit');
  running.kill('SIGTERM');
  expect(await ended).toEqual([null, 'SIGTERM']);
});
