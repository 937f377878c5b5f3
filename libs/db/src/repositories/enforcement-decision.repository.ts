import type { Db } from '../database.js';
import { toJson } from '../json.js';
import { statement } from '../statement.js';
import { enforcedColumns, requestEnforced } from './enforcement-statement.js';
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

/* The update of the enforcement is the gate: what follows from it happens once. */
const processStatement = statement<CreatedEnforcement>(
  'process_enforcements',
  `with input as materialized (
  select distinct on (i.enforcement) i.*, a.ref as action_ref
  from jsonb_to_recordset($1::jsonb) as i(enforcement bigint, ${enforcedColumns})
  join attune.action a on a.id = i.action_id
  order by i.enforcement
), processed as (
  update attune.enforcement f set status = 'processed', execution = nextval('attune.execution_id_seq'),
    resolved_at = now()
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
    config = i.config, resolved_at = now()
  from input i where f.id = i.id and f.status = 'created'
  returning f.*
)
select ${outcomeColumns} from disabled f order by f.id`,
);

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
