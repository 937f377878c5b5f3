import type { LedgerFacts, WorkerFacts } from '@attune/domain';
import type { Db } from '../database.js';
import { statement } from '../statement.js';
import { groupsMost } from './group.js';

/* Those that are gone on purpose have released their lease. */
const workersStatement = statement<WorkerFacts>(
  'doctor_workers',
  `select w.id, w.name, w.incarnation, w.lease_expires_at > now() as alive,
  w.recovered_incarnation = w.incarnation as recovered, w.lease_expires_at, w.last_heartbeat,
  w.cordoned, w.cordon_reason, w.cordoned_at
from attune.worker w
where w.lease_expires_at is not null and (w.cordoned or w.lease_expires_at <= now())
  and w.last_heartbeat > now() - interval '1 day'
order by w.last_heartbeat desc limit ${groupsMost}`,
);

const ledgerStatement = statement<LedgerFacts>(
  'doctor_ledger',
  `select c.created as checked_at, c.imbalances from attune.ledger_check c order by c.created desc limit 1`,
);

/** Workers that are lost, or given nothing. */
export async function findTroubledWorkers(db: Db): Promise<WorkerFacts[]> {
  return workersStatement.run(db, []);
}

/** What the last check of the ledger found. */
export async function findLastLedgerCheck(db: Db): Promise<LedgerFacts | null> {
  const [row] = await ledgerStatement.run(db, []);
  return row ?? null;
}
