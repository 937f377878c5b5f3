import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serviceNames, type ServiceName } from '@attune/launch';
import { faultPoints, type FaultPoint } from '@attune/service';
import { awaitQuiet, readMarks, repeated, unequal } from './books.testing.js';
import { defineMarks, defineQueues } from './definitions.testing.js';
import { exercise } from './exercise.testing.js';
import type { TestSystem } from './test-system.testing.js';

interface Crash {
  service: ServiceName;
  point: FaultPoint;
}

/**
 * Crashes the process of each fault point, while work is under way, and then balances the books. Points of different
 * processes take the same turn; of `one` process there is one a turn.
 */
export function walkFaultPoints(start: () => Promise<TestSystem>, processes: 'one' | 'five'): void {
  let system: TestSystem;
  const marks = join(mkdtempSync(join(tmpdir(), 'attune-marks-')), 'marks');
  const turns = processes === 'one' ? crashes.map((crash) => [crash]) : sideBySide();

  beforeAll(async () => {
    system = await start();
    await defineMarks(system.client);
    await defineQueues(system.client);
  }, 90_000);

  afterAll(() => system.stop());

  it.each(turns.map((turn) => ({ turn, points: turn.map(({ point }) => point).join(', ') })))(
    '$points: nothing is lost and nothing repeated',
    async ({ turn, points }) => {
      const armed = await Promise.all(turn.map((crash) => arm(system, crash)));

      const exercised = exercise(system, { marks, name: points });
      const signals = await Promise.all(
        turn.map(async ({ service }, index) => {
          const end = await armed[index]?.exited;
          await system.start(service);
          return end?.signal;
        }),
      );
      await exercised;
      const books = await awaitQuiet(system.database);

      expect(signals).toEqual(turn.map(() => 'SIGKILL'));
      expect(unequal(books)).toEqual([]);
      expect(books.imbalances).toEqual([]);
      expect(repeated(readMarks(marks))).toEqual([]);
    },
    90_000,
  );
}

async function arm(system: TestSystem, { service, point }: Crash) {
  await system.process(service).stop();
  return system.start(service, { ATTUNE_FAULT: point });
}

/** `intake` is a library: its points are reached in the API. */
const crashes: readonly Crash[] = faultPoints.map((point) => {
  const [owner] = point.split('.');
  return { point, service: serviceNames.find((name) => name === owner) ?? 'api' };
});

/** The first points of all services, the second ones, and so on. */
function sideBySide(): Crash[][] {
  const turns: Crash[][] = [];
  for (const crash of crashes) {
    const turn = turns.find((taken) => taken.every(({ service }) => service !== crash.service));
    if (turn === undefined) turns.push([crash]);
    else turn.push(crash);
  }
  return turns;
}
