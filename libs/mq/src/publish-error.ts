import { AttuneError } from '@attune/domain';

/** No queue is bound, the broker refused it, or no answer came in time (it may have arrived). */
export type PublishFailure = 'unroutable' | 'rejected' | 'unconfirmed';

export interface UnpublishedMessage {
  /** Position in the batch given to publish(). */
  readonly index: number;
  readonly type: string;
  readonly failure: PublishFailure;
}

/**
 * Part or all of a batch has not reached its queues. The rows behind the messages are committed, so their sweep
 * announces them again; publishing the same batch again is safe too.
 */
export class PublishError extends AttuneError {
  readonly code = 'PUBLISH_FAILED';
  readonly failed: readonly UnpublishedMessage[];

  constructor(failed: readonly UnpublishedMessage[], batchSize: number, detail?: string) {
    const what = [...new Set(failed.map(({ type, failure }) => `${type} ${failure}`))].join(', ');
    const why = detail === undefined ? '' : `: ${detail}`;
    super(`cannot publish ${failed.length} of ${batchSize} messages (${what})${why}`);
    this.failed = failed;
  }
}
