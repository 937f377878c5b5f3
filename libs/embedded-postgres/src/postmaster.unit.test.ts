import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPostmaster } from './postmaster.js';

let data: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'attune-postmaster-'));
});
afterEach(() => rm(data, { recursive: true }));

function pidFile(pid: number): Promise<void> {
  return writeFile(join(data, 'postmaster.pid'), `${pid}\n${data}\n1\n5433\n\n127.0.0.1\n\nready\n`);
}

test('a running process is found by its file', async () => {
  await pidFile(process.pid);
  expect(await findPostmaster(data)).toEqual({ pid: process.pid, port: 5433 });
});

test('without a file nothing runs', async () => {
  expect(await findPostmaster(data)).toBeUndefined();
});

(process.platform === 'linux' ? test : test.skip)(
  'a process that was never reaped does not run',
  async () => {
    // The shell's child ends after the shell became a program that never asks for its end.
    const parent = spawn('sh', ['-c', 'sleep 0.1 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [pid] = (await once(parent.stdout.setEncoding('utf8'), 'data')) as [string];
    const stat = () => readFile(`/proc/${pid.trim()}/stat`, 'utf8');
    try {
      while (!(await stat()).includes(' Z ')) await new Promise(setImmediate);
      await pidFile(Number(pid));
      expect(await findPostmaster(data)).toBeUndefined();
    } finally {
      parent.kill();
    }
  },
);
