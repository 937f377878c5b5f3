-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- lockRuleFlows
insert into attune.rule_flow (rule, kind, key)
select distinct rule, kind, key from jsonb_to_recordset($1::jsonb) as i(rule bigint, kind text, key text)
order by rule, kind, key
on conflict do nothing;

select f.rule, f.kind, f.key, f.state from attune.rule_flow f
where (f.rule, f.kind, f.key) in (select rule, kind, key from jsonb_to_recordset($1::jsonb) as i(rule bigint, kind text, key text))
order by f.rule, f.kind, f.key for update;

-- saveRuleFlows
update attune.rule_flow f set state = i.state, expires_at = i.expires_at
from jsonb_to_recordset($1::jsonb) as i(rule bigint, kind text, key text, state jsonb, expires_at timestamptz)
where f.rule = i.rule and f.kind = i.kind and f.key = i.key;
