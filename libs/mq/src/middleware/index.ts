import { correlation } from './correlation.js';
import { deadLetter } from './dead-letter.js';
import { log } from './log.js';
import { metrics } from './metrics.js';
import type { ConsumerInfo, Handler, Middleware } from './middleware.js';
import { retry } from './retry.js';
import { timeout } from './timeout.js';
import { validation } from './validation.js';

/** Outermost first: each sees the verdicts of those below it. */
const layers: readonly Middleware[] = [metrics, log, deadLetter, retry, validation, correlation, timeout];

/** The handler as a bus calls it: it never throws, and gives a verdict for every delivery. */
export function withMiddleware(handler: Handler, consumer: ConsumerInfo): Handler {
  return layers.reduceRight((next, layer) => layer(next, consumer), complete(handler, consumer.name));
}

function complete(handler: Handler, name: string): Handler {
  return async (batch) => {
    const verdicts = await handler(batch);
    if (verdicts.length === batch.length) return verdicts;
    throw new Error(`${name} gave ${verdicts.length} verdicts for ${batch.length} messages`);
  };
}
