import { notice } from '@attune/mq';
import type { Bus, MessageContract } from '@attune/mq';
import { openFollowers } from './streams/followers.js';
import type { Followers } from './streams/followers.js';

/** News the API listens to, for those who follow a log; it consumes no work. */
export const subscribes: readonly MessageContract<unknown>[] = [notice];

/** Starts listening: the API's table of contents of messages in. What goes out is published by handlers. */
export function startStages(bus: Bus, settings: { max: number; pollMs: number }): Promise<Followers> {
  return openFollowers({ bus, ...settings });
}
