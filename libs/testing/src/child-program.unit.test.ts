import { startProgram } from './child-program.js';

const node = process.execPath;

test('keeps both outputs and the exit code', async () => {
  const child = startProgram(
    node,
    ['-e', 'console.log(process.env.MARK); console.error("bad"); process.exit(7)'],
    {
      env: { MARK: 'from the test' },
    },
  );

  expect(await child.ended).toEqual({ code: 7, signal: null });
  expect([child.stdout(), child.stderr()]).toEqual(['from the test\n', 'bad\n']);
});

test('waits for output, and says what came instead when the program ends first', async () => {
  const child = startProgram(node, ['-e', 'console.log("port 17")']);

  expect((await child.outputs(/port (\d+)/))[1]).toBe('17');
  await expect(child.outputs(/ready/)).rejects.toThrow(/without .*ready.*\n.*port 17/s);
});

test('passes signals on, and the end of standard input', async () => {
  const [first, second] = [1, 2].map(() =>
    startProgram(node, ['-e', 'process.stdin.resume(); console.log("up")']),
  );
  await Promise.all([first?.outputs(/up/), second?.outputs(/up/)]);

  first?.signal('SIGTERM');
  second?.closeStdin();

  expect(await first?.ended).toEqual({ code: null, signal: 'SIGTERM' });
  expect(await second?.ended).toEqual({ code: 0, signal: null });
});

test('kill ends the program, whatever it does with signals, and is safe on an ended one', async () => {
  const child = startProgram(node, [
    '-e',
    'process.on("SIGTERM", () => {}); process.stdin.resume(); console.log("up")',
  ]);
  await child.outputs(/up/);

  await child.kill();
  await child.kill();

  expect(await child.ended).toEqual({ code: null, signal: 'SIGKILL' });
});
