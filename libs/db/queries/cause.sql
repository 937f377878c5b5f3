-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- comesFromTrigger
select exists (
  select from attune.event e
  where e.id = any($2::bigint[] || array(select x.cause_event from attune.execution x where x.id = any($3::bigint[])))
    and e.trigger_ref = $1::text
) as found;
