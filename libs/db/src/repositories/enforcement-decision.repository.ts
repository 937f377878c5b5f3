import type { Db, Trx } from '../database.js';
import { toJson } from '../json.js';
import { statement } from '../statement.js';
import { enforcedColumns, enforcedTimeouts, requestEnforced } from './enforcement-statement.js';
import type { CreatedEnforcement, Disabled, EnforcedExecution } from './enforcement.repository.js';

/** A match that has waited for its decision and is accepted. */
export interface AcceptedEnforcement {
  id: number;
  execution: EnforcedExecution;
}

export interface DisabledEnforcement extends Disabled {
  id: number;
}

const outcomeColumns = `f.event as event_id, f.rule as rule_id, f.id as enforcement_id,
  f.execution as execution_id, f.status`;

const decided = 'waiting_for = null, due_at = null';

/* The update of the enforcement is the gate: what follows from it happens once. */
const processStatement = statement<CreatedEnforcement>(
  'process_enforcements',
  `with input as materialized (
  select distinct on (i.enforcement) i.*, a.ref as action_ref, ${enforcedTimeouts}
  from jsonb_to_recordset($1::jsonb) as i(enforcement bigint, ${enforcedColumns})
  join attune.action a on a.id = i.action_id
  join attune.enforcement m on m.id = i.enforcement
  left join attune.rule r on r.id = m.rule
  order by i.enforcement
), processed as (
  update attune.enforcement f set status = 'processed', execution = nextval('attune.execution_id_seq'),
    resolved_at = now(), ${decided}
  from input i where f.id = i.enforcement and f.status = 'created'
  returning f.*
), requested as (
  ${requestEnforced({ enforced: 'processed', decided: 'input', on: 'd.enforcement = f.id' })}
)
select ${outcomeColumns} from processed f order by f.id`,
);

const disableStatement = statement<CreatedEnforcement>(
  'disable_enforcements',
  `with input as materialized (
  select distinct on (id) * from jsonb_to_recordset($1::jsonb) as i(
    id bigint, code text, detail text, config jsonb
  )
  order by id
), disabled as (
  update attune.enforcement f set status = 'disabled', reason_code = i.code, reason_detail = i.detail,
    config = i.config, resolved_at = now(), ${decided}
  from input i where f.id = i.id and f.status = 'created'
  returning f.*
)
select ${outcomeColumns} from disabled f order by f.id`,
);

const supersedeStatement = statement<CreatedEnforcement>(
  'supersede_enforcements',
  `with superseded as (
  update attune.enforcement f set status = 'disabled', reason_code = 'superseded', reason_detail = i.detail,
    resolved_at = now(), ${decided}
  from jsonb_to_recordset($1::jsonb) as i(event_id bigint, rule_id bigint, detail text)
  where f.event = i.event_id and f.rule = i.rule_id and f.status = 'created' and f.waiting_for = 'quiet'
  returning f.*
)
select ${outcomeColumns} from superseded f order by f.id`,
);

const dueStatement = statement<DueEnforcement>(
  'take_due_enforcements',
  `select f.id, f.event as event_id, f.rule as rule_id, f.rule_ref from attune.enforcement f
where f.due_at <= now() and f.status = 'created'
order by f.due_at limit $1::bigint for update skip locked`,
);

const releaseStatement = statement<{ id: number }>(
  'release_enforcements',
  `update attune.enforcement f set due_at = now(), reason_detail = null
where f.id = any($1::bigint[]) and f.status = 'created' and f.waiting_for = 'release' and f.due_at is null
returning f.id`,
);

/** A match whose time to be decided has come. */
export interface DueEnforcement {
  id: number;
  event_id: number;
  rule_id: number;
  rule_ref: string;
}

/** A match that waits for quiet, and what came after it. */
export interface Superseded {
  event_id: number;
  rule_id: number;
  detail: string;
}

/** Until the transaction ends nobody else takes them; those that somebody has are passed over. */
export async function takeDueEnforcements(trx: Trx, { limit }: { limit: number }): Promise<DueEnforcement[]> {
  return dueStatement.run(trx, [limit]);
}

/** Lets those go on that wait for it: they are decided at once. Returns them. */
export async function releaseEnforcements(db: Db, ids: readonly number[]): Promise<number[]> {
  return ids.length === 0 ? [] : (await releaseStatement.run(db, [[...ids]])).map(({ id }) => id);
}

/** created → disabled, where it still waits for quiet: the last match of a burst is the one to act on. */
export async function supersedeEnforcements(
  db: Db,
  superseded: readonly Superseded[],
): Promise<CreatedEnforcement[]> {
  return superseded.length === 0 ? [] : supersedeStatement.run(db, [toJson(superseded)]);
}

/**
 * created → processed, and its execution, in one statement. Those that were decided before are absent from the
 * answer; so are those whose action is gone, and these still wait.
 */
export async function processEnforcements(
  db: Db,
  accepted: readonly AcceptedEnforcement[],
): Promise<CreatedEnforcement[]> {
  if (accepted.length === 0) return [];
  const input = accepted.map(({ id, execution }) => ({ enforcement: id, ...execution }));
  return processStatement.run(db, [toJson(input)]);
}

/** created → disabled, with the reason. Those that were decided before are absent from the answer. */
export async function disableEnforcements(
  db: Db,
  disabled: readonly DisabledEnforcement[],
): Promise<CreatedEnforcement[]> {
  return disabled.length === 0 ? [] : disableStatement.run(db, [toJson(disabled)]);
}
