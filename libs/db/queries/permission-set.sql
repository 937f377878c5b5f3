-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- insertPermissionSet
select "epoch"
from "attune"."definition_epoch" for update;

select "id"
from "attune"."pack"
where "ref" = $1;

insert into "attune"."permission_set" ("ref", "grants", "pack", "pack_ref")
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

-- findPermissionSet
select *
from "attune"."permission_set"
where "id" = $1;

-- findPermissionSetByRef
select *
from "attune"."permission_set"
where "ref" = $1;

-- getPermissionSet
select *
from "attune"."permission_set"
where "id" = $1;

-- getPermissionSetByRef
select *
from "attune"."permission_set"
where "ref" = $1;

-- listPermissionSets
select *, array["attune"."permission_set"."ref"::text] as "page_key" from "attune"."permission_set" where "attune"."permission_set"."ref" like $1 and "attune"."permission_set"."pack_ref" = $2 and permission_set.id in (
    select a.permset from attune.permission_assignment a where a.identity = $3) and permission_set.id in (
    select r.permset from attune.permission_set_role r where r.role = any($4::text[])) and true order by "attune"."permission_set"."ref" asc limit $5;

select count(*) as "total" from "attune"."permission_set" where "attune"."permission_set"."ref" like $1 and "attune"."permission_set"."pack_ref" = $2 and permission_set.id in (
    select a.permset from attune.permission_assignment a where a.identity = $3) and permission_set.id in (
    select r.permset from attune.permission_set_role r where r.role = any($4::text[])) and true;

-- updatePermissionSet
select "epoch"
from "attune"."definition_epoch" for update;

update "attune"."permission_set"
set "label" = $1, "updated" = now()
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

-- deletePermissionSet
select "epoch"
from "attune"."definition_epoch" for update;

delete
from "attune"."permission_set"
where "id" = $1;

update "attune"."definition_epoch"
set "epoch" = epoch + 1;

-- restorePermissionSet
select "epoch"
from "attune"."definition_epoch" for update;

select *
from "attune"."definition_version"
where "entity_type" = $1 and "entity_ref" = $2 and "version" = $3;

select *
from "attune"."permission_set"
where "ref" = $1;

update "attune"."permission_set"
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
