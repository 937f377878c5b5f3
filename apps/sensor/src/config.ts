import { z } from 'zod';

/** Settings of the clock, also used by the all-in-one. */
export const sensorConfig = z.strictObject({
  clock: z
    .strictObject({
      batch_size: z
        .number()
        .int()
        .min(1)
        .max(10_000)
        .default(1_000)
        .describe('Timers fired in one transaction'),
      reconcile_ms: z
        .number()
        .int()
        .min(100)
        .default(10_000)
        .describe('How often timers are compared with the rules'),
    })
    .prefault({}),
});

export type SensorConfig = z.output<typeof sensorConfig>;
