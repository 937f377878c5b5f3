import type { Transitions } from '../state-machine.js';

export const packEnvironmentStatuses = ['pending', 'installing', 'ready', 'failed', 'outdated'] as const;
export type PackEnvironmentStatus = (typeof packEnvironmentStatuses)[number];

/** An environment has no final state: it is rebuilt whenever its manifest changes. */
export const packEnvironmentTransitions: Transitions<PackEnvironmentStatus> = {
  pending: ['installing'],
  installing: ['ready', 'failed', 'outdated'],
  ready: ['outdated'],
  failed: ['installing', 'outdated'],
  outdated: ['installing'],
};
