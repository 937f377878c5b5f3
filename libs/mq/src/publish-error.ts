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
export class PublishError extends Error {
  override readonly name = 'PublishError';
  readonly code = 'PUBLISH_FAILED';

  constructor(
    message: string,
    readonly failed: readonly UnpublishedMessage[],
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
