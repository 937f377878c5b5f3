import { counter, histogram } from '@attune/service';
import type { Middleware } from './middleware.js';

const handled = counter({
  name: 'attune_messages_handled_total',
  help: 'Messages handled, by consumer and verdict',
  labels: ['handler', 'queue', 'verdict'],
});
const seconds = histogram({
  name: 'attune_message_batch_seconds',
  help: 'Time to handle one batch',
  labels: ['handler'],
});
const sizes = histogram({
  name: 'attune_message_batch_size',
  help: 'Messages per batch',
  labels: ['handler'],
  buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000],
});

export const metrics: Middleware =
  (next, { name, queue }) =>
  async (batch) => {
    const end = seconds.startTimer({ handler: name });
    const verdicts = await next(batch);
    end();
    sizes.observe({ handler: name }, batch.length);
    for (const { kind } of verdicts) handled.inc({ handler: name, queue, verdict: kind });
    return verdicts;
  };
