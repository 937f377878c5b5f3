/// <reference types="jest" />

/** Shape of a service (see @attune/service), repeated here because this library imports nothing of ours. */
export interface Stoppable {
  stop(): Promise<void>;
  health(): unknown;
}

export interface Lifecycle<S extends Stoppable> {
  create: () => Promise<S>;
  /** Longest a stop may take, default 5 s. */
  stopWithinMs?: number;
}

/** The tests every service passes: it starts, tells its health, stops in time, twice, and can be created again. */
export function describeLifecycle<S extends Stoppable>(
  name: string,
  { create, stopWithinMs = 5000 }: Lifecycle<S>,
): void {
  describe(`${name}: lifecycle`, () => {
    test('tells its health while it runs', async () => {
      const service = await create();
      try {
        expect(await service.health()).toHaveProperty('checks');
      } finally {
        await service.stop();
      }
    });

    test(`stops within ${stopWithinMs} ms`, async () => {
      const service = await create();
      const started = performance.now();
      await service.stop();
      expect(performance.now() - started).toBeLessThan(stopWithinMs);
    });

    test('stopping twice, at once or later, is safe', async () => {
      const service = await create();
      await Promise.all([service.stop(), service.stop()]);
      await expect(service.stop()).resolves.toBeUndefined();
    });

    test('can be created again after a stop', async () => {
      await (await create()).stop();
      const second = await create();
      await expect(second.stop()).resolves.toBeUndefined();
    });
  });
}
