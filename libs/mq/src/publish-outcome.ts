import { counter } from '@attune/service';
import type { Outgoing } from './define-message.js';
import { PublishError } from './publish-error.js';
import type { PublishFailure } from './publish-error.js';

const published = counter({
  name: 'attune_messages_published_total',
  help: 'Messages published, by type and outcome',
  labels: ['type', 'outcome'],
});

/** Counts what became of a batch and throws PublishError when part of it failed. */
export function concludePublish(
  messages: readonly Outgoing[],
  failures: readonly (PublishFailure | undefined)[],
  trouble: string | undefined,
): void {
  messages.forEach(({ contract: { type } }, index) =>
    published.inc({ type, outcome: failures[index] ?? 'arrived' }),
  );
  const failed = failures.flatMap((failure, index) =>
    failure === undefined ? [] : [{ index, type: messages[index]!.contract.type, failure }],
  );
  if (failed.length > 0) throw new PublishError(failed, messages.length, trouble);
}
