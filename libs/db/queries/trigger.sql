-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- insertTrigger
select "epoch"
from "attune"."definition_epoch" for update;

select "id"
from "attune"."pack"
where "ref" = $1;

select "id"
from "attune"."sensor"
where "ref" = $1;

insert into "attune"."trigger" ("ref", "label", "sensor_ref", "sensor", "pack", "pack_ref")
values ($1, $2, $3, $4, $5, $6)
returning *;

update attune."rule" set "trigger" = $1
    where "trigger_ref" = $2 and "trigger" is null;

select "entity", "version", "content_hash"
from "attune"."definition_version"
where "entity_type" = $1 and "entity_ref" = $2
order by "version" desc
limit $3;

insert into "attune"."definition_version" ("entity_type", "entity", "entity_ref", "version", "content", "content_hash", "author")
values ($1, $2, $3, $4, $5, $6, $7);

update "attune"."definition_epoch"
set "epoch" = epoch + 1;

-- findTrigger
select *
from "attune"."trigger"
where "id" = $1;

-- findTriggerByRef
select *
from "attune"."trigger"
where "ref" = $1;

-- getTrigger
select *
from "attune"."trigger"
where "id" = $1;

-- getTriggerByRef
select *
from "attune"."trigger"
where "ref" = $1;

-- listTriggers
select *, array["attune"."trigger"."ref"::text] as "page_key"
from "attune"."trigger"
where "attune"."trigger"."ref" like $1 and "attune"."trigger"."pack_ref" = $2 and "attune"."trigger"."sensor_ref" = $3 and "attune"."trigger"."enabled" = $4 and "attune"."trigger"."webhook_enabled" = $5 and true
order by "attune"."trigger"."ref" asc
limit $6;

select count(*) as "total"
from "attune"."trigger"
where "attune"."trigger"."ref" like $1 and "attune"."trigger"."pack_ref" = $2 and "attune"."trigger"."sensor_ref" = $3 and "attune"."trigger"."enabled" = $4 and "attune"."trigger"."webhook_enabled" = $5 and true;

-- updateTrigger
select "epoch"
from "attune"."definition_epoch" for update;

update "attune"."trigger"
set "enabled" = $1, "updated" = now()
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

-- deleteTrigger
select "epoch"
from "attune"."definition_epoch" for update;

delete
from "attune"."trigger"
where "id" = $1;

update "attune"."definition_epoch"
set "epoch" = epoch + 1;

-- restoreTrigger
select "epoch"
from "attune"."definition_epoch" for update;

select *
from "attune"."definition_version"
where "entity_type" = $1 and "entity_ref" = $2 and "version" = $3;

select *
from "attune"."trigger"
where "ref" = $1;

update "attune"."trigger"
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
