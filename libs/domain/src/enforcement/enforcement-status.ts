import type { Transitions } from '../state-machine.js';
import { terminalStates } from '../state-machine.js';

export const enforcementStatuses = ['created', 'processed', 'disabled'] as const;
export type EnforcementStatus = (typeof enforcementStatuses)[number];

export const enforcementConditions = ['any', 'all'] as const;
export type EnforcementCondition = (typeof enforcementConditions)[number];

export const enforcementTransitions: Transitions<EnforcementStatus> = {
  created: ['processed', 'disabled'],
  processed: [],
  disabled: [],
};

export const terminalEnforcementStatuses = terminalStates(enforcementTransitions);

/** Why a match did not become an execution; stored with the enforcement, counted by the ledger. */
export const disabledReasons = [
  'rule_disabled',
  'rule_gone',
  'action_disabled',
  'action_gone',
  'trigger_gone',
  'parameters_invalid',
  'template_failed',
  'permission_denied',
  'duplicate',
  'throttled',
  'superseded',
  'dropped',
] as const;
export type DisabledReason = (typeof disabledReasons)[number];

/** What a match waits for before it is decided: whether another one comes, or that a person lets it go on. */
export const enforcementWaits = ['quiet', 'release'] as const;
export type EnforcementWait = (typeof enforcementWaits)[number];
