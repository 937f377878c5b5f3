import { randomInt } from 'node:crypto';
import { runChaos } from './chaos/run-chaos.testing.js';

const seconds = 60;

it('a minute of crashes, halts, restarts and broken connections loses nothing and repeats nothing', async () => {
  const seed = randomInt(1, 2 ** 31);
  const told = [`seed ${seed}`];

  const report = await runChaos({ seconds, seed, tell: (text) => told.push(text) }).catch(
    (error: unknown) => {
      throw new Error(told.join('\n'), { cause: error });
    },
  );

  expect({ told, ...report }).toMatchObject({
    findings: { ledger: [], accepted: [], marks: [], limits: [], timers: [] },
  });
  expect(report.faults).toBeGreaterThan(5);
  expect(report.attempts).toBeGreaterThan(50);
}, 300_000);
