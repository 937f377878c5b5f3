import fc from 'fast-check';
import { enforcementTransitions } from './enforcement/enforcement-status.js';
import { eventTransitions } from './event/event-status.js';
import { executionTransitions } from './execution/execution-status.js';
import { inquiryTransitions } from './inquiry/inquiry-status.js';
import { sensorRunTransitions } from './sensor/sensor-run-status.js';
import { canTransition, terminalStates } from './state-machine.js';
import type { Transitions } from './state-machine.js';

/* A happening is somebody's wish that a row were in a state: a late, repeated or premature one changes nothing. */

const machines: Record<string, Transitions<string>> = {
  event: eventTransitions,
  enforcement: enforcementTransitions,
  execution: executionTransitions,
  inquiry: inquiryTransitions,
  'sensor run': sensorRunTransitions,
};

function after(machine: Transitions<string>, happenings: readonly string[], from: string): string {
  return happenings.reduce((state, to) => (canTransition(machine, state, to) ? to : state), from);
}

describe.each(Object.entries(machines))('%s', (_name, machine) => {
  const [first = ''] = Object.keys(machine);
  const happening = fc.constantFrom(...Object.keys(machine));
  const happenings = fc.array(happening, { maxLength: 40 });

  it('can be brought to an end after whatever has happened', () => {
    const bound = Object.keys(machine).length;
    fc.assert(
      fc.property(happenings, (past) => {
        let reached = new Set([after(machine, past, first)]);
        for (let step = 0; step < bound; step += 1)
          reached = new Set([...reached].flatMap((state) => [state, ...machine[state]!]));
        expect(terminalStates(machine).some((state) => reached.has(state))).toBe(true);
      }),
    );
  });

  it('is where it would be if every happening had come once, however often each came in a row', () => {
    const repeated = fc.array(fc.tuple(happening, fc.integer({ min: 1, max: 3 })), { maxLength: 20 });
    fc.assert(
      fc.property(repeated, (series) => {
        const once = series.map(([to]) => to);
        const often = series.flatMap(([to, times]) => Array.from({ length: times }, () => to));
        expect(after(machine, often, first)).toBe(after(machine, once, first));
      }),
    );
  });

  it('stays as it ended, whatever comes later and in whatever order', () => {
    fc.assert(
      fc.property(fc.constantFrom(...terminalStates(machine)), happenings, (end, late) => {
        expect(after(machine, late, end)).toBe(end);
      }),
    );
  });
});
