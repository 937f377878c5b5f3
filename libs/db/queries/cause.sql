-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- listCausedBy
select 'event' as entity, e.id from attune.event e where e.id = any($2::bigint[]) and e.trigger_ref = $1::text
union all
select 'execution', x.id from attune.execution x join attune.event e on e.id = x.cause_event
where x.id = any($3::bigint[]) and e.trigger_ref = $1::text;
