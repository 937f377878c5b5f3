-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- insertArtifact
insert into "attune"."artifact" ("ref", "type")
values ($1, $2)
returning *;

-- findArtifact
select *
from "attune"."artifact"
where "id" = $1;

-- getArtifact
select *
from "attune"."artifact"
where "id" = $1;

-- listArtifacts
select *, array["attune"."artifact"."created"::text, "attune"."artifact"."id"::text] as "page_key"
from "attune"."artifact"
where "attune"."artifact"."ref" like $1 and "attune"."artifact"."scope" = $2 and "attune"."artifact"."owner" = $3 and "attune"."artifact"."type" = $4 and "attune"."artifact"."visibility" = $5 and "attune"."artifact"."retention_policy" = $6
order by "attune"."artifact"."created" desc, "attune"."artifact"."id" desc
limit $7;

select count(*) as "total"
from "attune"."artifact"
where "attune"."artifact"."ref" like $1 and "attune"."artifact"."scope" = $2 and "attune"."artifact"."owner" = $3 and "attune"."artifact"."type" = $4 and "attune"."artifact"."visibility" = $5 and "attune"."artifact"."retention_policy" = $6;

-- updateArtifact
update "attune"."artifact"
set "name" = $1, "updated" = now()
where "id" = $2
returning *;

-- deleteArtifact
delete
from "attune"."artifact"
where "id" = $1;
