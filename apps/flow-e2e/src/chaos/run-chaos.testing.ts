import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { awaitQuiet, readMarks } from '../system/books.testing.js';
import { untilAnswered } from '../system/until-answered.testing.js';
import { audit, type Findings } from './audit.testing.js';
import { defineChaos, timerRule } from './definitions.testing.js';
import { disturb } from './faults.testing.js';
import { startInstallation, type Installation } from './installation.testing.js';
import { load } from './load.testing.js';

export interface ChaosOptions {
  /** Of the disturbed part; starting and coming to rest take half a minute more. */
  seconds: number;
  /** Determines what is disturbed and asked for, in which order and for how long; not how it interleaves. */
  seed: number;
  tell: (text: string) => void;
}

export interface ChaosReport {
  seed: number;
  faults: number;
  events: number;
  executions: number;
  attempts: number;
  marks: number;
  lost: number;
  /** From the end of the faults until everything was settled. */
  quietAfterMs: number;
  findings: Findings;
}

/** Load on a real installation that is disturbed all the time, then rest, then the books. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const folder = await mkdtemp(join(tmpdir(), 'attune-chaos-'));
  const installation = await startInstallation();
  try {
    return await disturbed(installation, join(folder, 'marks'), options);
  } finally {
    await installation.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function disturbed(
  installation: Installation,
  marks: string,
  { seed, seconds, tell }: ChaosOptions,
): Promise<ChaosReport> {
  const { client, database } = installation;
  await defineChaos(client, marks);
  const begin = performance.now();
  const timed = (text: string) => tell(`${((performance.now() - begin) / 1000).toFixed(1)} s: ${text}`);
  const until = AbortSignal.timeout(seconds * 1000);
  const [faults, accepted] = await Promise.all([
    disturb(installation, { seed, until, tell: timed }),
    load(client, { seed, until }),
  ]);
  timed('no more faults');
  const restored = performance.now();
  await untilAnswered(() => client.rules.disable({ params: { ref: timerRule } }));
  const books = await awaitQuiet(database, 150_000);
  const quietAfterMs = Math.round(performance.now() - restored);
  const { counts } = books;
  return {
    seed,
    faults,
    events: counts.events_accepted,
    executions: counts.executions,
    attempts: counts.attempts_started,
    marks: readMarks(marks).length,
    lost: counts.attempts_lost,
    quietAfterMs,
    findings: await audit({ database, books, accepted, marks }),
  };
}
