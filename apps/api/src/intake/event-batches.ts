import { AttuneError } from '@attune/domain';
import { recordEvents } from '@attune/intake';
import type { IncomingEvent, IntakeContext, RecordedEvent } from '@attune/intake';

/** Events of one request and what becomes of them; the same promise as recordEvents gives. */
export type RecordRequest = (events: readonly IncomingEvent[]) => Promise<readonly RecordedEvent[]>;

/** Commits under way at once: the next batch forms while they last. */
const concurrency = 2;
const largestBatch = 200;

/** Errors that say the batch was checked and nothing of it was written. */
const refusals: readonly string[] = ['VALIDATION_ERROR', 'NOT_FOUND', 'MISSING_REFERENCE', 'INVALID_STATE'];

interface Waiting {
  events: readonly IncomingEvent[];
  resolve: (recorded: readonly RecordedEvent[]) => void;
  reject: (error: unknown) => void;
}

/**
 * Records what concurrent requests bring in shared commits: an idle server records at once, a busy one in
 * batches. Requests do not feel one another: when a batch is refused, each is recorded by itself. Answers, as
 * ever, after the commit.
 */
export function createEventBatches(ctx: IntakeContext): RecordRequest {
  const queue: Waiting[] = [];
  let running = 0;

  const pump = (): void => {
    while (running < concurrency && queue.length > 0) {
      running += 1;
      void recordBatch(ctx, takeBatch(queue)).finally(() => {
        running -= 1;
        pump();
      });
    }
  };

  return (events) =>
    new Promise((resolve, reject) => {
      queue.push({ events, resolve, reject });
      pump();
    });
}

/** Whole requests, in order, up to the size of a batch; always at least one. */
function takeBatch(queue: Waiting[]): Waiting[] {
  let size = 0;
  const fitting = queue.findIndex(({ events }) => (size += events.length) > largestBatch);
  return queue.splice(0, fitting < 0 ? queue.length : Math.max(1, fitting));
}

/** Never rejects: every request gets its own answer or error. */
async function recordBatch(ctx: IntakeContext, batch: readonly Waiting[]): Promise<void> {
  try {
    const recorded = await recordEvents(
      ctx,
      batch.flatMap(({ events }) => events),
    );
    let from = 0;
    for (const { events, resolve } of batch) {
      resolve(recorded.slice(from, from + events.length));
      from += events.length;
    }
  } catch (error) {
    if (batch.length === 1 || !isRefusal(error)) return batch.forEach(({ reject }) => reject(error));
    await Promise.all(batch.map((waiting) => recordBatch(ctx, [waiting])));
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof AttuneError && refusals.includes(error.code);
}
