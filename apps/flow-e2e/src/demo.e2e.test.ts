import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { waitUntil } from '@attune/testing';

const workspace = join(__dirname, '../../..');

describe('attune demo', () => {
  it('ends with exit code 0 and the outcome as the last line, also after a first one was killed', async () => {
    const killed = run(['demo']);
    await waitUntil(() => killed.output().includes('all five services run'), { timeoutMs: 60_000 });
    killed.child.kill('SIGKILL');
    await once(killed.child, 'exit');

    const demo = run(['demo']);
    const [code] = await once(demo.child, 'exit');

    expect({ code, output: demo.output() }).toEqual({ code: 0, output: expect.any(String) });
    expect(JSON.parse(demo.output().trim().split('\n').at(-1) ?? '')).toEqual({
      event_id: expect.any(Number),
      enforcement_id: expect.any(Number),
      execution_id: expect.any(Number),
      status: 'completed',
      elapsed_ms: expect.any(Number),
    });
  }, 120_000);
});

function run(argv: string[]): { child: ChildProcess; output: () => string } {
  const child = spawn(join(workspace, 'attune'), argv, { cwd: workspace, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  return { child, output: () => output };
}
