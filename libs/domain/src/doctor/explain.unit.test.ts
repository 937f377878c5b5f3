import fc from 'fast-check';
import { eventStatuses } from '../event/event-status.js';
import { inquiryStatuses } from '../inquiry/inquiry-status.js';
import { sensorRunStatuses } from '../sensor/sensor-run-status.js';
import { executions, matches, now } from './doctor.testing.js';
import { explainExecution } from './explain-execution.js';
import { explainEvent, explainInquiry, explainMatch, explainSensorRun } from './explain-source.js';
import type { Explanation } from './finding.js';

/** Says what is waited for, who acts and what happens then; nobody acts only where it is over. */
function isComplete({ waits_for, actor, next, since, command }: Explanation): boolean {
  const over = actor === 'nobody';
  return (
    waits_for !== '' &&
    actor !== '' &&
    next !== '' &&
    (over ? command === null : waits_for !== 'nothing' && since !== null)
  );
}

describe('every reachable state has an explanation', () => {
  it('of an execution, which is over or says who acts', () => {
    fc.assert(
      fc.property(executions, (facts) => {
        const explanation = explainExecution(facts);
        return isComplete(explanation) && (explanation.actor === 'nobody') === (facts.settled_at !== null);
      }),
      { numRuns: 2_000 },
    );
  });

  it('of a match', () => {
    fc.assert(fc.property(matches, (facts) => isComplete(explainMatch(facts))));
  });

  it.each(eventStatuses)('of an event that is %s', (status) => {
    expect(isComplete(explainEvent({ id: 1, trigger_ref: 'a.b', status, created: now }))).toBe(true);
  });

  it.each(inquiryStatuses)('of an inquiry that is %s', (status) => {
    const inquiry = {
      id: 1,
      execution: 2,
      status,
      assigned_to: null,
      assigned_role: null,
      timeout_at: null,
      created: now,
    };
    expect(isComplete(explainInquiry(inquiry))).toBe(true);
  });

  it.each(sensorRunStatuses.flatMap((status) => [null, 'sensor-1'].map((worker) => ({ status, worker }))))(
    'of a sensor run %o',
    ({ status, worker }) => {
      const run = {
        id: 1,
        sensor_ref: 'a.b',
        partition: 0,
        status,
        worker,
        lease_expires_at: null,
        last_error: null,
        next_restart_at: null,
        updated: now,
      };
      expect(isComplete(explainSensorRun(run))).toBe(true);
    },
  );
});
