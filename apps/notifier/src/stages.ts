import { definitionChanged, notice } from '@attune/mq';
import type { Bus, MessageContract, Subscription } from '@attune/mq';
import type { NotifierContext } from './context.js';

/** What the notifier listens to; it consumes no work and emits nothing. */
export const subscribes: readonly MessageContract<unknown>[] = [notice, definitionChanged];

/** Notices become changes for subscribers; a changed permission set counts at once. */
export function startStages(bus: Bus, { fanOut, authenticator }: NotifierContext): Promise<Subscription[]> {
  return Promise.all([
    bus.subscribe(
      notice,
      async (batch) => {
        for (const { body } of batch) fanOut.deliver(body.changes);
      },
      { onGap: () => fanOut.breakOff() },
    ),
    bus.subscribe(definitionChanged, async (batch) => {
      if (batch.some(({ body }) => body.entityType === 'permission_set')) authenticator.forget();
    }),
  ]);
}
