-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- sealPackConfigs
select "ref", "conf_schema", "config"
from "attune"."pack";

select "epoch"
from "attune"."definition_epoch" for update;

update "attune"."pack"
set "config" = $1
where "ref" = $2 and config = $3::jsonb;

select "id", content -> 'config' as "config"
from "attune"."definition_version"
where "entity_type" = $1 and "entity_ref" = $2;

update "attune"."definition_version"
set "content" = jsonb_set(content, '{config}', $1::jsonb)
where "id" = $2;

update "attune"."definition_epoch"
set "epoch" = epoch + 1;
