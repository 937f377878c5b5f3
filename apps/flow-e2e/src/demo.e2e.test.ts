import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { databasesLike, hasQueue, testServices, waitUntil } from '@attune/testing';

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

  it('--services leaves nothing behind when it is interrupted', async () => {
    const { databaseUrl, amqpUrl } = testServices();
    const servers = { ATTUNE__DATABASE__URL: databaseUrl, ATTUNE__BROKER__URL: amqpUrl };
    const demo = run(['demo', '--services'], servers);
    const found = () => /on database (\w+):/.exec(demo.output())?.[1];
    const name = await waitUntil(found, { timeoutMs: 60_000 });

    demo.child.kill('SIGTERM');
    const [code] = await once(demo.child, 'exit');

    expect({ code, output: demo.output() }).toEqual({ code: 130, output: expect.any(String) });
    expect(await databasesLike(databaseUrl, name)).toEqual([]);
    expect(await hasQueue(amqpUrl, `${name}.attune.notices.log`)).toBe(false);
  }, 120_000);
});

function run(
  argv: string[],
  env: Record<string, string> = {},
): { child: ChildProcess; output: () => string } {
  const child = spawn(join(workspace, 'attune'), argv, {
    cwd: workspace,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  return { child, output: () => output };
}
