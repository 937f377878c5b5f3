import type { ProcessFacts, ServiceName } from '@attune/domain';
import type { Db } from '../database.js';
import { toJson } from '../json.js';
import { statement } from '../statement.js';

export interface NewProcess {
  /** Unique among those alive; a process that starts under the name of an earlier one takes its place. */
  name: string;
  service: ServiceName;
  version: string;
  schema_version: number;
  /** By the clock of its host. */
  started_at: Date;
}

/** A process gives a sign of life this often, and is gone when it has missed three. */
export const heartbeatMs = 5_000;

const beatStatement = statement<never>(
  'beat_processes',
  `with gone as (
  delete from attune.process p where p.last_heartbeat < now() - interval '1 day'
    and p.name not in (select i.name from jsonb_to_recordset($1::jsonb) as i(name text))
)
insert into attune.process as p (name, service, version, schema_version, started_at)
select i.name, i.service, i.version, i.schema_version, now() - i.age_ms * interval '1 millisecond'
from jsonb_to_recordset($1::jsonb)
  as i(name text, service text, version text, schema_version integer, age_ms double precision)
order by i.name
on conflict (name) do update set last_heartbeat = now(), version = excluded.version,
  schema_version = excluded.schema_version, service = excluded.service,
  started_at = case when p.last_heartbeat < excluded.started_at then excluded.started_at else p.started_at end`,
);

const listStatement = statement<ProcessFacts>(
  'list_processes',
  `select p.*, p.last_heartbeat > now() - ${heartbeatMs * 3} * interval '1 millisecond' as alive
from attune.process p order by p.service, p.name`,
);

/** Says that these processes are there. What has been silent for a day is forgotten. */
export async function beatProcesses(db: Db, processes: readonly NewProcess[]): Promise<void> {
  const input = processes.map(({ started_at, ...process }) => ({
    ...process,
    age_ms: Date.now() - started_at.getTime(),
  }));
  await beatStatement.run(db, [toJson(input)]);
}

/** They have ended as they should. */
export async function deleteProcesses(db: Db, names: readonly string[]): Promise<void> {
  await db.deleteFrom('process').where('name', 'in', names).execute();
}

/** By service and name. */
export async function listProcesses(db: Db): Promise<ProcessFacts[]> {
  return listStatement.run(db, []);
}
