import type { Transitions } from '../state-machine.js';

/** Whether a timer has an instant at which it fires next. Derived, not stored. */
export const timerStates = ['armed', 'resting'] as const;
export type TimerState = (typeof timerStates)[number];

/** A timer rests when its rule is off or when no instant is left; enabling or changing the rule arms it again. */
export const timerTransitions: Transitions<TimerState> = {
  armed: ['resting'],
  resting: ['armed'],
};
