import type { Db } from '../database.js';
import { storableText, toJson } from '../json.js';
import { statement } from '../statement.js';

export interface RuleErrors {
  rule_id: number;
  /** How many more there were. */
  count: number;
  /** The last of them. */
  error: string;
}

const recordStatement = statement<{ id: number }>(
  'record_rule_errors',
  `with failed as materialized (
  select r.id, i.count, i.error
  from (
    select distinct on (rule_id) rule_id, count, error
    from jsonb_to_recordset($1::jsonb) as i(rule_id bigint, count integer, error text) order by rule_id
  ) i
  cross join lateral (select r.id from attune.rule r where r.id = i.rule_id limit 1 for no key update) r
)
update attune.rule r set error_count = r.error_count + f.count, last_error = f.error, last_error_at = now()
from failed f where r.id = f.id
returning r.id`,
);

/**
 * Counts evaluations that raised an error, of rules named once each. Not a change of the definition: version, epoch
 * and `updated` stay. Rules that are gone are passed over.
 */
export async function recordRuleErrors(db: Db, errors: readonly RuleErrors[]): Promise<void> {
  if (errors.length === 0) return;
  const input = errors.map((each) => ({ ...each, error: storableText(each.error) }));
  await recordStatement.run(db, [toJson(input)]);
}
