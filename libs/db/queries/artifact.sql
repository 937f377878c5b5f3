-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- insertArtifact
insert into "attune"."artifact" ("ref", "type")
values ($1, $2)
returning *;

-- findArtifact
select *
from "attune"."artifact"
where "id" = $1;

-- findArtifactByRef
select *
from "attune"."artifact"
where left("attune"."artifact"."ref", 255) = $1 and "attune"."artifact"."ref" = $2
order by "created" desc, "id" desc
limit $3;

-- ensureArtifact
select pg_advisory_xact_lock(hashtextextended($1, 0));

select *
from "attune"."artifact"
where left("attune"."artifact"."ref", 255) = $1 and "attune"."artifact"."ref" = $2
order by "created" desc, "id" desc
limit $3;

-- getArtifact
select *
from "attune"."artifact"
where "id" = $1;

-- listArtifacts
select *, array["attune"."artifact"."created"::text, "attune"."artifact"."id"::text] as "page_key" from "attune"."artifact" where left("attune"."artifact"."ref", 255) like $1 and "attune"."artifact"."ref" like $2 and "attune"."artifact"."scope" = $3 and "attune"."artifact"."owner" = $4 and "attune"."artifact"."type" = $5 and "attune"."artifact"."visibility" = $6 and "attune"."artifact"."retention_policy" = $7 and exists (
    select from attune.artifact_version v where v.artifact = "attune"."artifact"."id" and v.execution = $8) and ("attune"."artifact"."ref" || ' ' || coalesce("attune"."artifact"."name", '') || ' ' || coalesce("attune"."artifact"."description", '')) ilike $9 and ("attune"."artifact"."ref" || ' ' || coalesce("attune"."artifact"."name", '') || ' ' || coalesce("attune"."artifact"."description", '')) ilike $10 order by "attune"."artifact"."created" desc, "attune"."artifact"."id" desc limit $11;

select count(*) as "total" from "attune"."artifact" where left("attune"."artifact"."ref", 255) like $1 and "attune"."artifact"."ref" like $2 and "attune"."artifact"."scope" = $3 and "attune"."artifact"."owner" = $4 and "attune"."artifact"."type" = $5 and "attune"."artifact"."visibility" = $6 and "attune"."artifact"."retention_policy" = $7 and exists (
    select from attune.artifact_version v where v.artifact = "attune"."artifact"."id" and v.execution = $8) and ("attune"."artifact"."ref" || ' ' || coalesce("attune"."artifact"."name", '') || ' ' || coalesce("attune"."artifact"."description", '')) ilike $9 and ("attune"."artifact"."ref" || ' ' || coalesce("attune"."artifact"."name", '') || ' ' || coalesce("attune"."artifact"."description", '')) ilike $10;

-- updateArtifact
update "attune"."artifact"
set "data" = $1, "retention_limit" = $2, "retention_due_at" = now(), "updated" = now()
where "id" = $3
returning *;

-- deleteArtifact
delete
from "attune"."artifact"
where "id" = $1;

-- appendArtifactProgress
update attune.artifact a
set data = coalesce(a.data, '[]'::jsonb) || jsonb_build_array($2::jsonb), updated = now()
where a.id = $1::bigint and a.type = 'progress'
  and case jsonb_typeof(a.data) when 'array' then jsonb_array_length(a.data) < 10000
    else a.data is null end
returning a.*;
