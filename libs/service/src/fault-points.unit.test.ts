import { startTypeScript } from '@attune/testing';
import { faultPoints } from './fault-points.js';

const program = `${__dirname}/testing/reach-fault-point.program.ts`;
const [point, other] = faultPoints;

function reach(fault: string | undefined) {
  return startTypeScript(program, [point], { env: { ATTUNE_FAULT: fault } });
}

test('an unarmed point does nothing', async () => {
  const child = reach(undefined);
  expect({ end: await child.ended, out: child.stdout() }).toMatchObject({
    end: { code: 0 },
    out: expect.stringContaining('after'),
  });
});

test('another armed point does nothing here', async () => {
  const child = reach(other);
  expect({ end: await child.ended, out: child.stdout() }).toMatchObject({
    end: { code: 0 },
    out: expect.stringContaining('after'),
  });
});

test('an armed point kills the process there', async () => {
  const child = reach(point);
  expect({ end: await child.ended, out: child.stdout() }).toMatchObject({
    end: { signal: 'SIGKILL' },
    out: 'before\n',
  });
});

test('a delay holds the process and lets it go on', async () => {
  const child = reach(`${point}=delay:300`);
  const [, tookMs] = await child.outputs(/took (\d+)/);
  expect(Number(tookMs)).toBeGreaterThanOrEqual(295);
});

test('a name that does not exist or an unknown effect stops the process at its start', async () => {
  for (const fault of ['executor.nowhere', `${point}=explode`]) {
    const child = reach(fault);
    expect(await child.ended).toMatchObject({ code: 1 });
    expect(child.stderr()).toContain('ATTUNE_FAULT');
  }
});
