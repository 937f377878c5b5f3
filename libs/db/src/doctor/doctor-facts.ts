import type { DoctorFacts } from '@attune/domain';
import { patienceMs } from '@attune/domain';
import { sql } from 'kysely';
import type { Db } from '../database.js';
import { listProcesses } from '../repositories/process.repository.js';
import { findOverdueExecutions, findPolicyQueues, findWaitingExecutions } from './execution-facts.js';
import { findLastLedgerCheck, findTroubledWorkers } from './service-facts.js';
import {
  findDisabledDefinitions,
  findFailingRules,
  findHaltedSensorRuns,
  findOpenInquiries,
  findOverdueTimers,
  findPendingEvents,
  findWaitingMatches,
} from './source-facts.js';

/**
 * What the rows say of everything that does not move. A dozen statements, one after the other so that a large
 * installation lends it one connection; each reads an index of what waits, or a small table.
 */
export async function readDoctorFacts(db: Db): Promise<Omit<DoctorFacts, 'dead_letters'>> {
  const { rows } = await sql<{ now: Date }>`select now() as now`.execute(db);
  return {
    now: rows[0]?.now ?? new Date(),
    ledger: await findLastLedgerCheck(db),
    processes: await listProcesses(db),
    workers: await findTroubledWorkers(db),
    events: await findPendingEvents(db, patienceMs),
    overdue: await findOverdueExecutions(db, patienceMs),
    waiting: await findWaitingExecutions(db),
    policies: await findPolicyQueues(db),
    matches: await findWaitingMatches(db),
    inquiries: await findOpenInquiries(db),
    timers: await findOverdueTimers(db, patienceMs),
    sensor_runs: await findHaltedSensorRuns(db),
    disabled: await findDisabledDefinitions(db),
    rule_errors: await findFailingRules(db),
  };
}
