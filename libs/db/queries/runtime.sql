-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- insertRuntime
select "epoch"
from "attune"."definition_epoch" for update;

select "id"
from "attune"."pack"
where "ref" = $1;

insert into "attune"."runtime" ("ref", "name", "pack", "pack_ref")
values ($1, $2, $3, $4)
returning *;

select "entity", "version", "content_hash"
from "attune"."definition_version"
where "entity_type" = $1 and "entity_ref" = $2
order by "version" desc
limit $3;

insert into "attune"."definition_version" ("entity_type", "entity", "entity_ref", "version", "content", "content_hash", "author")
values ($1, $2, $3, $4, $5, $6, $7);

update "attune"."definition_epoch"
set "epoch" = epoch + 1;

-- findRuntime
select *
from "attune"."runtime"
where "id" = $1;

-- findRuntimeByRef
select *
from "attune"."runtime"
where "ref" = $1;

-- getRuntime
select *
from "attune"."runtime"
where "id" = $1;

-- getRuntimeByRef
select *
from "attune"."runtime"
where "ref" = $1;

-- listRuntimes
select *, array["attune"."runtime"."ref"::text] as "page_key"
from "attune"."runtime"
where "attune"."runtime"."ref" like $1 and "attune"."runtime"."pack_ref" = $2 and (lower(runtime.name) = $3 or $4 = any(runtime.aliases))
order by "attune"."runtime"."ref" asc
limit $5;

select count(*) as "total"
from "attune"."runtime"
where "attune"."runtime"."ref" like $1 and "attune"."runtime"."pack_ref" = $2 and (lower(runtime.name) = $3 or $4 = any(runtime.aliases));

-- updateRuntime
select "epoch"
from "attune"."definition_epoch" for update;

update "attune"."runtime"
set "aliases" = $1, "updated" = now()
where "id" = $2
returning *;

select "entity", "version", "content_hash"
from "attune"."definition_version"
where "entity_type" = $1 and "entity_ref" = $2
order by "version" desc
limit $3;

insert into "attune"."definition_version" ("entity_type", "entity", "entity_ref", "version", "content", "content_hash", "author")
values ($1, $2, $3, $4, $5, $6, $7);

update "attune"."definition_epoch"
set "epoch" = epoch + 1;

-- deleteRuntime
select "epoch"
from "attune"."definition_epoch" for update;

delete
from "attune"."runtime"
where "id" = $1;

update "attune"."definition_epoch"
set "epoch" = epoch + 1;

-- restoreRuntime
select "epoch"
from "attune"."definition_epoch" for update;

select *
from "attune"."definition_version"
where "entity_type" = $1 and "entity_ref" = $2 and "version" = $3;

select *
from "attune"."runtime"
where "ref" = $1;

update "attune"."runtime"
set "ref" = $1, "description" = $2, "updated" = now()
where "id" = $3
returning *;

select "entity", "version", "content_hash"
from "attune"."definition_version"
where "entity_type" = $1 and "entity_ref" = $2
order by "version" desc
limit $3;

insert into "attune"."definition_version" ("entity_type", "entity", "entity_ref", "version", "content", "content_hash", "author")
values ($1, $2, $3, $4, $5, $6, $7);

update "attune"."definition_epoch"
set "epoch" = epoch + 1;
