-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- recordRuleErrors
with failed as materialized (
  select r.id, i.count, i.error
  from (
    select distinct on (rule_id) rule_id, count, error
    from jsonb_to_recordset($1::jsonb) as i(rule_id bigint, count integer, error text) order by rule_id
  ) i
  cross join lateral (select r.id from attune.rule r where r.id = i.rule_id limit 1 for no key update) r
)
update attune.rule r set error_count = r.error_count + f.count, last_error = f.error, last_error_at = now()
from failed f where r.id = f.id
returning r.id;
