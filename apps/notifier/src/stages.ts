import { definitionChanged, notice } from '@attune/mq';
import type { Bus, MessageContract, Subscription } from '@attune/mq';
import type { NotifierContext } from './context.js';

/** What the notifier listens to; it consumes no work and emits nothing. Notices are read by @attune/changes. */
export const subscribes: readonly MessageContract<unknown>[] = [notice, definitionChanged];

/** A changed permission set counts at once. */
export function startStages(bus: Bus, { authenticator }: NotifierContext): Promise<Subscription> {
  return bus.subscribe(definitionChanged, async (batch) => {
    if (batch.some(({ body }) => body.entityType === 'permission_set')) authenticator.forget();
  });
}
