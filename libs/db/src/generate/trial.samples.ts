import * as recorded from '../repositories/recorded-event.repository.js';
import { loadRuleSurroundings } from '../repositories/rule-in-force.repository.js';
import * as trace from '../repositories/trace.repository.js';
import type { Samples } from './sample.js';
import { day } from './sample.js';

/** What happened, looked at again. */
export const trialSamples: Samples = {
  'recorded-event': {
    findEventSpan: (db) => recorded.findEventSpan(db, day),
    listRecordedEvents: (db) =>
      recorded.listRecordedEvents(
        db,
        { trigger_ref: 'core.alert', ...day },
        { first: 1, last: 1_000, limit: 500 },
      ),
  },
  'rule-in-force': {
    loadRuleSurroundings: (db) =>
      loadRuleSurroundings(db, {
        trigger_ref: 'core.alert',
        action_ref: 'core.echo',
        pack_ref: 'core',
        owner_identity: 1,
        at: day.created_after,
      }),
  },
  trace: {
    traceAbove: (db) => trace.traceAbove(db, { kind: 'execution', id: 1 }, 50),
    traceBelow: (db) => trace.traceBelow(db, { kind: 'event', id: 1 }, { depth: 50, limit: 200 }),
    loadTracedRows: (db) =>
      trace.loadTracedRows(
        db,
        [
          { kind: 'event', id: 1 },
          { kind: 'enforcement', id: 1 },
          { kind: 'execution', id: 1 },
        ],
        { event: { all: true }, enforcement: { all: true }, execution: { all: true } },
      ),
  },
};
