import type { Transitions } from '../state-machine.js';
import { terminalStates } from '../state-machine.js';

export const eventStatuses = ['pending', 'evaluated'] as const;
export type EventStatus = (typeof eventStatuses)[number];

export const eventTransitions: Transitions<EventStatus> = {
  pending: ['evaluated'],
  evaluated: [],
};

export const terminalEventStatuses = terminalStates(eventTransitions);
