-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- loadPolicySet
select e.epoch, case when p.id is not null then jsonb_build_object(
  'id', p.id, 'ref', p.ref, 'pack_ref', p.pack_ref, 'action_ref', p.action_ref, 'rule', p.rule,
  'pack_wide', p.pack_wide, 'threshold', p.threshold, 'window_seconds', p.window_seconds,
  'parameters', p.parameters, 'key', p.key, 'method', p.method
) end as policy
from attune.definition_epoch e
left join attune.policy p on p.enabled
order by p.window_seconds is not null, p.id;

-- findRulesOfExecutions
select e.id as execution, f.rule
from unnest($1::bigint[]) as i(id)
join attune.execution e on e.id = i.id
join attune.enforcement f on f.id = e.enforcement
where f.rule is not null;
