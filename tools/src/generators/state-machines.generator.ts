import {
  enforcementTransitions,
  eventTransitions,
  executionTransitions,
  inquiryTransitions,
  packEnvironmentTransitions,
  sensorRunTransitions,
  timerTransitions,
  workerLeaseTransitions,
} from '@attune/domain';
import type { Transitions } from '@attune/domain';
import type { GeneratedFile } from '../generated-file.js';

const machines: Record<string, Transitions<string>> = {
  Event: eventTransitions,
  Enforcement: enforcementTransitions,
  Execution: executionTransitions,
  Inquiry: inquiryTransitions,
  'Sensor run': sensorRunTransitions,
  Timer: timerTransitions,
  'Worker lease': workerLeaseTransitions,
  'Pack environment': packEnvironmentTransitions,
};

export function stateMachinePages(): GeneratedFile[] {
  return [{ path: 'docs/state-machines.md', content: renderStateMachines(machines) }];
}

/** One diagram for each machine; a state without a way out is final. */
export function renderStateMachines(machines: Readonly<Record<string, Transitions<string>>>): string {
  const intro = [
    '# State machines',
    '',
    'Generated from the transition tables of `libs/domain`. Every transition is a compare-and-set in `libs/db`.',
  ];
  const sections = Object.entries(machines).flatMap(([name, transitions]) => [
    '',
    `## ${name}`,
    ...diagram(transitions),
  ]);
  return [...intro, ...sections, ''].join('\n');
}

function diagram(transitions: Transitions<string>): string[] {
  const [first = ''] = Object.keys(transitions);
  const arrows = Object.entries(transitions).flatMap(([from, next]) =>
    next.length === 0 ? [`  ${from} --> [*]`] : next.map((to) => `  ${from} --> ${to}`),
  );
  return ['', '```mermaid', 'stateDiagram-v2', `  [*] --> ${first}`, ...arrows, '```'];
}
