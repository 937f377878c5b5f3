import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serviceNames, type ServiceName } from '@attune/launch';
import { faultPoints, type FaultPoint } from '@attune/service';
import { awaitQuiet, readMarks, repeated, unequal } from './books.testing.js';
import { defineMarks } from './definitions.testing.js';
import { exercise } from './exercise.testing.js';
import type { TestSystem } from './test-system.testing.js';

/** Crashes the process of each fault point in turn, while work is under way, and then balances the books. */
export function walkFaultPoints(start: () => Promise<TestSystem>): void {
  let system: TestSystem;
  const marks = join(mkdtempSync(join(tmpdir(), 'attune-marks-')), 'marks');

  beforeAll(async () => {
    system = await start();
    await defineMarks(system.client);
  }, 90_000);

  afterAll(() => system.stop());

  it.each(faultPoints)(
    '%s loses nothing and repeats nothing',
    async (point) => {
      const service = serviceOf(point);
      await system.process(service).stop();
      const armed = await system.start(service, { ATTUNE_FAULT: point });

      const exercised = exercise(system, { marks, point });
      const { signal } = await armed.exited;
      await system.start(service);
      await exercised;
      const books = await awaitQuiet(system.database);

      expect(signal).toBe('SIGKILL');
      expect(unequal(books)).toEqual([]);
      expect(books.imbalances).toEqual([]);
      expect(repeated(readMarks(marks))).toEqual([]);
    },
    90_000,
  );
}

/** `intake` is a library: its points are reached in the API. */
function serviceOf(point: FaultPoint): ServiceName {
  const [owner] = point.split('.');
  return serviceNames.find((name) => name === owner) ?? 'api';
}
