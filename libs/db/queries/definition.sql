-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- currentEpoch
select "epoch"
from "attune"."definition_epoch";

-- listDefinitionVersions
select *, array["attune"."definition_version"."version"::text] as "page_key"
from "attune"."definition_version"
where "entity_type" = $1 and "entity_ref" = $2
order by "attune"."definition_version"."version" desc
limit $3;

select count(*) as "total"
from "attune"."definition_version"
where "entity_type" = $1 and "entity_ref" = $2;

-- findDefinitionVersion
select *
from "attune"."definition_version"
where "id" = $1;
