import { notice } from '@attune/mq';
import type { MessageContract } from '@attune/mq';

/** News the API reads, for its streams (streams/streams.ts); it consumes no work. What goes out is published by handlers. */
export const subscribes: readonly MessageContract<unknown>[] = [notice];
