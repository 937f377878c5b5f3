-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- findDefinitionVersion
select *
from "attune"."definition_version"
where "id" = $1;

-- listDefinitionVersions
select *, array["attune"."definition_version"."version"::text] as "page_key"
from "attune"."definition_version"
where "attune"."definition_version"."entity_type" = $1 and "attune"."definition_version"."entity_ref" = $2 and "attune"."definition_version"."author" = $3 and "attune"."definition_version"."created" >= $4 and "attune"."definition_version"."created" < $5
order by "attune"."definition_version"."version" desc
limit $6;

select count(*) as "total"
from "attune"."definition_version"
where "attune"."definition_version"."entity_type" = $1 and "attune"."definition_version"."entity_ref" = $2 and "attune"."definition_version"."author" = $3 and "attune"."definition_version"."created" >= $4 and "attune"."definition_version"."created" < $5;

-- getDefinitionVersion
select *
from "attune"."definition_version"
where "entity_type" = $1 and "entity_ref" = $2 and "version" = $3;

-- findVersionInForce
select *
from "attune"."definition_version"
where "entity_type" = $1 and "entity_ref" = $2 and "created" <= $3
order by "version" desc
limit $4;

-- diffDefinitionVersions
select *
from "attune"."definition_version"
where "entity_type" = $1 and "entity_ref" = $2 and "version" = $3;

select *
from "attune"."definition_version"
where "entity_type" = $1 and "entity_ref" = $2 and "version" = $3;
