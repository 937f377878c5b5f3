import { eventTransitions, terminalEventStatuses } from './event/event-status.js';
import { enforcementTransitions, terminalEnforcementStatuses } from './enforcement/enforcement-status.js';
import {
  executionTransitions,
  isTerminalExecution,
  terminalExecutionStatuses,
} from './execution/execution-status.js';
import { inquiryTransitions, terminalInquiryStatuses } from './inquiry/inquiry-status.js';
import { packEnvironmentTransitions } from './pack/pack-environment-status.js';
import { sensorRunTransitions, terminalSensorRunStatuses } from './sensor/sensor-run-status.js';
import { timerTransitions } from './timer/timer-state.js';
import { workerLeaseTransitions } from './worker/worker-lease.js';
import { enums } from './enums.js';
import { canTransition, deadEnds, statesBefore, terminalStates } from './state-machine.js';
import type { Transitions } from './state-machine.js';

const machines: Record<string, Transitions<string>> = {
  event_status_enum: eventTransitions,
  enforcement_status_enum: enforcementTransitions,
  execution_status_enum: executionTransitions,
  inquiry_status_enum: inquiryTransitions,
  sensor_process_status_enum: sensorRunTransitions,
};

describe('state machines', () => {
  it.each(Object.entries(machines))('%s: every state can still reach a terminal one', (_name, machine) => {
    expect(deadEnds(machine)).toEqual([]);
  });

  it.each(Object.entries(machines))('%s: has exactly the states of the enum type', (name, machine) => {
    expect(Object.keys(machine).sort()).toEqual([...enums[name as keyof typeof enums]].sort());
  });

  it('finds dead ends: two states that only lead to each other', () => {
    const machine: Transitions<string> = { a: ['b', 'done'], b: ['c'], c: ['b'], done: [] };
    expect(deadEnds(machine)).toEqual(['b', 'c']);
  });

  it('ends where the design says it ends', () => {
    expect(terminalEventStatuses).toEqual(['evaluated']);
    expect(terminalEnforcementStatuses).toEqual(['processed', 'disabled']);
    expect(terminalExecutionStatuses).toEqual(['completed', 'failed', 'cancelled', 'timeout', 'abandoned']);
    expect(terminalInquiryStatuses).toEqual(['responded', 'timeout', 'cancelled']);
    expect(terminalSensorRunStatuses).toEqual(['stopped', 'failed']);
  });

  it('never leaves a terminal state', () => {
    for (const status of terminalExecutionStatuses) {
      expect(isTerminalExecution(status)).toBe(true);
      expect(canTransition(executionTransitions, status, 'running')).toBe(false);
    }
    expect(isTerminalExecution('canceling')).toBe(false);
  });

  it('claims an execution only from scheduled, and retries only from running', () => {
    expect(statesBefore(executionTransitions, 'running')).toEqual(['scheduled']);
    expect(statesBefore(executionTransitions, 'requested')).toEqual(['running']);
    expect(statesBefore(executionTransitions, 'abandoned')).toEqual(['running']);
  });

  it('an environment is never final and always can become ready again', () => {
    expect(terminalStates(packEnvironmentTransitions)).toEqual([]);
    expect(statesBefore(packEnvironmentTransitions, 'ready')).toEqual(['installing']);
  });

  it('a timer and the lease of a worker have no end: both come back from every state', () => {
    expect(terminalStates(timerTransitions)).toEqual([]);
    expect(terminalStates(workerLeaseTransitions)).toEqual([]);
    expect(statesBefore(workerLeaseTransitions, 'held')).toEqual(['lapsed', 'released', 'recovered']);
    expect(statesBefore(workerLeaseTransitions, 'recovered')).toEqual(['lapsed', 'released']);
  });
});

describe('enums', () => {
  it.each(Object.entries(enums))('%s has distinct snake case labels', (name, labels) => {
    expect(name).toMatch(/^[a-z_]+_enum$/);
    expect(new Set(labels).size).toBe(labels.length);
    for (const label of labels) expect(label).toMatch(/^[a-z][a-z_]*$/);
  });

  it('keeps the labels clients know', () => {
    expect(enums.artifact_type_enum).toContain('file_datatable');
    expect(enums.execution_status_enum).toEqual(expect.arrayContaining(['canceling', 'cancelled']));
    expect(enums.event_status_enum).toEqual(['pending', 'evaluated']);
    expect(enums.policy_method_enum).toEqual(['enqueue', 'cancel_new', 'cancel_running']);
  });
});
