import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { runChaos } from './chaos/run-chaos.testing.js';

/*
 * Five daemons under load while they, their servers and their connections are disturbed; then the books. The same
 * seed gives the same disturbances. Exit code 1: something contradicts the guarantees.
 */
const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '3' }, seed: { type: 'string' } },
});
const minutes = positive('--minutes', values.minutes);
const seed = values.seed === undefined ? randomInt(1, 2 ** 31) : positive('--seed', values.seed);
const tell = (text: string) => void process.stderr.write(`${text}\n`);

tell(`seed ${seed}, ${minutes} minutes`);
const report = await runChaos({ seconds: minutes * 60, seed, tell });
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
process.exitCode = Object.values(report.findings).flat().length === 0 ? 0 : 1;

function positive(option: string, text: string): number {
  const number = Number(text);
  if (Number.isFinite(number) && number > 0) return number;
  throw new Error(`${option}: ${JSON.stringify(text)} is not a number above 0`);
}
