import { spawn } from 'node:child_process';
import { fromSource, program, root } from './workspace.js';
import type { Tally } from './tally.js';

interface Step {
  name: string;
  command: string;
  args: string[];
}

const atOnce = 2;

/** Everything that is checked without running the code. Boundaries between packages and layers are lint rules. */
const steps: readonly Step[] = [
  { name: 'lint and boundaries', command: program('oxlint'), args: ['--type-aware'] },
  { name: 'types', command: program('tsc'), args: ['-p', '.'] },
  { name: 'format', command: program('prettier'), args: ['--check', '--log-level=warn', '.'] },
  {
    name: 'generated files',
    command: process.execPath,
    args: [...fromSource('tools/src/generate.ts'), '--check'],
  },
  { name: 'dead code and dependencies', command: program('knip'), args: ['--no-progress'] },
  { name: 'package lock', command: process.execPath, args: fromSource('tools/src/check-lock.ts') },
];

/** Runs all steps, also after a failure, and prints one line for each, with its output when it failed. */
export async function verify(): Promise<Tally> {
  const waiting = [...steps];
  const tally = { passed: 0, failed: 0 };
  const lane = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      tally[(await passes(step)) ? 'passed' : 'failed'] += 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return tally;
}

async function passes({ name, command, args }: Step): Promise<boolean> {
  const started = performance.now();
  const { code, output } = await run(command, args);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`);
  if (code !== 0) console.log(output.trimEnd().replaceAll(/^/gm, '     '));
  return code === 0;
}

function run(command: string, args: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += String(text)));
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: null, output: error.message }));
    child.on('close', (code) => resolve({ code, output }));
  });
}
