import type { Transitions } from '../state-machine.js';

/** What a worker's row says of its present incarnation. Derived, not stored. */
export const workerLeases = ['held', 'lapsed', 'released', 'recovered'] as const;
export type WorkerLease = (typeof workerLeases)[number];

/**
 * `held → lapsed` is made by the clock. A lapsed lease can still be renewed: nothing was taken from its holder yet.
 * `recovered` is: what it ran was given to others, and only the next incarnation, a new registration, holds a lease.
 */
export const workerLeaseTransitions: Transitions<WorkerLease> = {
  held: ['lapsed', 'released'],
  lapsed: ['held', 'released', 'recovered'],
  released: ['held', 'recovered'],
  recovered: ['held'],
};
