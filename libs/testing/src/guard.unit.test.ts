import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProgram } from './child-program.js';
import { guard } from './guard.js';
import { isAlive } from './private-server.js';
import { waitUntil } from './wait-until.js';

const stay = ['-e', 'process.stdin.resume(); console.log("up")'];

function ownerOf(pid: number, folder: string) {
  const program = `
    const { guard } = require(${JSON.stringify(join(__dirname, 'guard.ts'))});
    guard(${pid}, [${JSON.stringify(folder)}]);
    process.stdin.resume();
    console.log('guarded');`;
  return startProgram(process.execPath, ['--require', 'tsx/cjs', '-e', program]);
}

test('what a killed process leaves behind is ended and removed', async () => {
  const server = startProgram(process.execPath, stay);
  const folder = mkdtempSync(join(tmpdir(), 'attune-guard-'));
  const owner = ownerOf(server.pid, folder);
  await Promise.all([server.outputs(/up/), owner.outputs(/guarded/)]);

  await owner.kill();

  expect(await server.ended).toEqual({ code: null, signal: 'SIGKILL' });
  await waitUntil(() => !existsSync(folder));
});

test('nothing happens while the process lives, nor when the watch has ended', async () => {
  const server = startProgram(process.execPath, stay);
  await server.outputs(/up/);

  const unguard = guard(server.pid, []);
  unguard();

  expect(isAlive(server.pid)).toBe(true);
  await server.kill();
});
