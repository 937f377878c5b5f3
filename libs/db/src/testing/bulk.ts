import type { RawBuilder } from 'kysely';
import { sql } from 'kysely';
import type { Db } from '../database.js';
import { inTransaction } from '../database.js';

/** Tables that grow with every event: no query may read one whole. */
export const largeTables = [
  'event',
  'enforcement',
  'execution',
  'execution_attempt',
  'execution_history',
  'execution_log',
  'artifact',
  'artifact_version',
  'audit_event',
  'notification',
  'webhook_delivery',
] as const;

type LargeTable = (typeof largeTables)[number];

export interface Filling {
  rows: number;
  kinds?: number;
  /** All large tables unless said. */
  tables?: readonly LargeTable[];
}

/**
 * What has happened over weeks, in seconds: so many rows in each table, of `kinds` kinds in turn (trigger, rule,
 * action, channel …, the n-th named `<kind>_n`), all settled; the newest hundred are under way. Rows of the kinds
 * `rare` are one in ten thousand.
 */
export async function fillLargeTables(
  db: Db,
  { rows, kinds = 50, tables = largeTables }: Filling,
): Promise<void> {
  const fillOf = fills(rows, kinds);
  await Promise.all(tables.map((table) => fillTable(db, table, fillOf[table])));
  await sql`analyze`.execute(db);
}

/** Indexes are made when the rows are there: that takes a fraction of the time. */
async function fillTable(db: Db, table: string, fill: RawBuilder<unknown>): Promise<void> {
  await inTransaction(db, async (trx) => {
    // The tables are filled at the same time: what refers to what is checked by nobody.
    await sql`set local session_replication_role = replica`.execute(trx);
    await sql`set local maintenance_work_mem = '256MB'`.execute(trx);
    const { rows: indexes } = await sql<{ name: string; definition: string }>`
      select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index i
      where indrelid = ${`attune.${table}`}::regclass
        and not exists (select from pg_constraint k where k.conindid = i.indexrelid)`.execute(trx);
    for (const { name } of indexes) await sql`drop index ${sql.raw(name)}`.execute(trx);
    await fill.execute(trx);
    for (const { definition } of indexes) await sql.raw(definition).execute(trx);
  });
}

function fills(rows: number, kinds: number): Record<LargeTable, RawBuilder<unknown>> {
  const series = sql`generate_series(1, ${sql.lit(rows)}) n`;
  const created = sql`now() - (${sql.lit(rows)} - n) * interval '10 seconds'`;
  const kind = (name: string) =>
    sql`case when n % 10000 = 1 then 'core.rare' else ${sql.lit(`core.${name}_`)} || n % ${sql.lit(kinds)} end`;
  const rare = sql`case when n % 10000 = 1 then 7 end`;
  const done = sql`n <= ${sql.lit(rows - 100)}`;
  return {
    event: sql`insert into attune.event
      (trigger, trigger_ref, source_ref, rule_ref, status, evaluated_at, matched, announced_at, created, payload)
      select 1, ${kind('trigger')}, ${kind('sensor')}, ${kind('rule')},
        (case when ${done} then 'evaluated' else 'pending' end)::attune.event_status_enum,
        case when ${done} then now() end, case when ${done} then 1 end, case when not (${done}) then now() end,
        ${created}, '{"n": 1}' from ${series}`,
    enforcement: sql`insert into attune.enforcement
      (event, rule, execution, resolved_at, status, reason_code, rule_ref, trigger_ref, created)
      select n, 1, case when n % 10000 > 1 then n end, now(),
        (case when n % 10000 > 1 then 'processed' else 'disabled' end)::attune.enforcement_status_enum,
        case when n % 10000 < 2 then 'throttled' end, ${kind('rule')}, ${kind('trigger')}, ${created} from ${series}`,
    execution: sql`insert into attune.execution (root, action, action_version, action_ref, enforcement, cause_event, executor,
        status, dispatch_queue, scheduled_at, finished_at, settled_at, announced_at, created)
      select n, 1, 1, ${kind('action')}, n, n, ${rare},
        (case when not (${done}) then 'scheduled' when n % 10000 = 1 then 'failed' else 'completed' end)
          ::attune.execution_status_enum, 'dispatch.shell', now(),
        case when ${done} then now() end, case when ${done} then now() end,
        case when not (${done}) then now() end, ${created} from ${series}`,
    execution_attempt: sql`insert into attune.execution_attempt (execution, worker, attempt, incarnation, finished_at, outcome)
      select n, 1, 1, 1, now(), 'completed' from ${series}`,
    execution_history: sql`insert into attune.execution_history (execution, attempt, to_status) select n, 1, 'scheduled' from ${series}`,
    execution_log: sql`insert into attune.execution_log (execution, attempt, sequence, stream, content)
      select n, 1, 1, 'stdout', 'hello' from ${series}`,
    artifact: sql`insert into attune.artifact (ref, type, owner, scope, created)
      select ${kind('artifact')} || '/' || n, 'other', ${kind('owner')}, 'pack', ${created} from ${series}`,
    artifact_version: sql`insert into attune.artifact_version (artifact, version, execution, content_json)
      select n, 1, n, '1' from ${series}`,
    audit_event: sql`insert into attune.audit_event (category, event_type, outcome, actor_identity, created)
      select 'api', ${kind('happened')}, 'success', ${rare}, ${created} from ${series}`,
    notification: sql`insert into attune.notification (channel, entity_type, entity, activity, created)
      select ${kind('channel')}, 'rule', n::text, 'changed', ${created} from ${series}`,
    webhook_delivery: sql`insert into attune.webhook_delivery (trigger, trigger_ref, status_code, created)
      select 1 + n % 50, ${kind('trigger')}, 202, ${created} from ${series}`,
  };
}
