import type { Transitions } from '../state-machine.js';
import { terminalStates } from '../state-machine.js';

export const sensorRunStatuses = ['starting', 'running', 'stopped', 'failed', 'backoff'] as const;
export type SensorRunStatus = (typeof sensorRunStatuses)[number];

/**
 * `stopped` and `failed` end one run; the next start of the sensor is a new run. A crash is `backoff`, however often:
 * `failed` is what cannot run as it is defined.
 */
export const sensorRunTransitions: Transitions<SensorRunStatus> = {
  starting: ['running', 'stopped', 'backoff', 'failed'],
  running: ['stopped', 'backoff', 'failed'],
  stopped: [],
  failed: [],
  backoff: ['starting', 'stopped', 'failed'],
};

export const terminalSensorRunStatuses = terminalStates(sensorRunTransitions);
