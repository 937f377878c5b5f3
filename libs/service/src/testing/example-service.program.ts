import { z } from 'zod';
import { runService, serviceConfig } from '../index.js';

// A service that does nothing, for the tests of runService; `example.behaviour` says how it misbehaves.

const config = z.strictObject({
  ...serviceConfig,
  example: z
    .strictObject({
      behaviour: z.enum(['good', 'slow', 'unready', 'dead', 'rejects', 'throws']).default('good'),
    })
    .prefault({}),
});

runService('example', async (boot) => {
  const { behaviour } = boot.readConfig(config).example;
  if (behaviour === 'throws') throw new Error('no database');
  const timer = setInterval(() => {}, 1000);
  if (behaviour === 'rejects') setImmediate(() => void Promise.reject(new Error('nobody caught this')));
  return {
    stop: async () => {
      clearInterval(timer);
      if (behaviour === 'slow') await new Promise(() => {});
    },
    health: () => ({
      checks: {
        database: { ok: behaviour !== 'unready' && behaviour !== 'dead', vital: behaviour === 'dead' },
      },
    }),
  };
});
