-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- insertAction
select "epoch"
from "attune"."definition_epoch" for update;

select "id"
from "attune"."pack"
where "ref" = $1;

select "id"
from "attune"."runtime"
where "ref" = $1;

insert into "attune"."action" ("ref", "label", "entrypoint", "runtime_ref", "runtime", "pack", "pack_ref")
values ($1, $2, $3, $4, $5, $6, $7)
returning *;

update attune."rule" set "action" = $1
    where "action_ref" = $2 and "action" is null;

select "entity", "version", "content_hash"
from "attune"."definition_version"
where "entity_type" = $1 and "entity_ref" = $2
order by "version" desc
limit $3;

insert into "attune"."definition_version" ("entity_type", "entity", "entity_ref", "version", "content", "content_hash", "author")
values ($1, $2, $3, $4, $5, $6, $7);

update "attune"."definition_epoch"
set "epoch" = epoch + 1;

-- findAction
select *
from "attune"."action"
where "id" = $1;

-- findActionByRef
select *
from "attune"."action"
where "ref" = $1;

-- getAction
select *
from "attune"."action"
where "id" = $1;

-- getActionByRef
select *
from "attune"."action"
where "ref" = $1;

-- listActions
select *, array["attune"."action"."ref"::text] as "page_key"
from "attune"."action"
where "attune"."action"."ref" like $1 and "attune"."action"."pack_ref" = $2 and "attune"."action"."runtime_ref" = $3 and "attune"."action"."workflow" is null and (("attune"."action"."pack_ref" = any($4::text[]))) and "attune"."action"."default_execution_permission_set_refs" <@ $5::text[] and concat_ws(' ', "attune"."action"."ref", "attune"."action"."label", "attune"."action"."description") ilike $6 and concat_ws(' ', "attune"."action"."ref", "attune"."action"."label", "attune"."action"."description") ilike $7
order by "attune"."action"."ref" asc
limit $8;

select count(*) as "total"
from "attune"."action"
where "attune"."action"."ref" like $1 and "attune"."action"."pack_ref" = $2 and "attune"."action"."runtime_ref" = $3 and "attune"."action"."workflow" is null and (("attune"."action"."pack_ref" = any($4::text[]))) and "attune"."action"."default_execution_permission_set_refs" <@ $5::text[] and concat_ws(' ', "attune"."action"."ref", "attune"."action"."label", "attune"."action"."description") ilike $6 and concat_ws(' ', "attune"."action"."ref", "attune"."action"."label", "attune"."action"."description") ilike $7;

-- updateAction
select "epoch"
from "attune"."definition_epoch" for update;

update "attune"."action"
set "label" = $1, "retry" = $2, "updated" = now()
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

-- deleteAction
select "epoch"
from "attune"."definition_epoch" for update;

delete
from "attune"."action"
where "id" = $1;

update "attune"."definition_epoch"
set "epoch" = epoch + 1;

-- restoreAction
select "epoch"
from "attune"."definition_epoch" for update;

select *
from "attune"."definition_version"
where "entity_type" = $1 and "entity_ref" = $2 and "version" = $3;

select *
from "attune"."action"
where "ref" = $1;

update "attune"."action"
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
