import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serviceNames, type ServiceName } from '@attune/launch';
import { faultPoints, type FaultPoint } from '@attune/service';
import { awaitQuiet, readMarks, repeated, unequal } from './system/books.testing.js';
import { defineMarks } from './system/definitions.testing.js';
import { exercise } from './system/exercise.testing.js';
import { startFiveProcesses } from './system/five-processes.testing.js';
import { startOneProcess } from './system/one-process.testing.js';
import type { TestSystem } from './system/test-system.testing.js';

describe.each([
  { bus: 'RabbitMQ, five processes', start: startFiveProcesses },
  { bus: 'in-process bus, one process', start: startOneProcess },
])('a crash at each fault point, on the $bus', ({ start }) => {
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
});

/** `intake` is a library: its points are reached in the API. */
function serviceOf(point: FaultPoint): ServiceName {
  const [owner] = point.split('.');
  return serviceNames.find((name) => name === owner) ?? 'api';
}
