import type { Transitions } from '../state-machine.js';
import { terminalStates } from '../state-machine.js';

/** `canceling` with one l and `cancelled` with two: names of the original that clients know. */
export const executionStatuses = [
  'requested',
  'scheduled',
  'running',
  'completed',
  'failed',
  'canceling',
  'cancelled',
  'timeout',
  'abandoned',
] as const;
export type ExecutionStatus = (typeof executionStatuses)[number];

/**
 * `running → requested` is the next attempt: it happens in the statement that ends the attempt before it,
 * with `attempt + 1`. A program that ends by itself while it is being cancelled keeps the outcome it had;
 * one whose worker is lost meanwhile is `cancelled`, as was asked for.
 */
export const executionTransitions: Transitions<ExecutionStatus> = {
  requested: ['scheduled', 'cancelled', 'failed', 'timeout'],
  scheduled: ['running', 'cancelled', 'failed', 'timeout'],
  running: ['completed', 'failed', 'timeout', 'cancelled', 'abandoned', 'canceling', 'requested'],
  completed: [],
  failed: [],
  canceling: ['cancelled', 'completed', 'failed', 'timeout'],
  cancelled: [],
  timeout: [],
  abandoned: [],
};

export const terminalExecutionStatuses = terminalStates(executionTransitions);

export function isTerminalExecution(status: ExecutionStatus): boolean {
  return executionTransitions[status].length === 0;
}

/** What an execution that is not moving waits for. */
export const waitReasons = [
  'policy',
  'rate_limit',
  'delay',
  'worker',
  'pause',
  'inquiry',
  'children',
  'retry',
] as const;
export type WaitReason = (typeof waitReasons)[number];
