-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- insertRule
select "epoch"
from "attune"."definition_epoch" for update;

select "id"
from "attune"."pack"
where "ref" = $1;

select "id"
from "attune"."trigger"
where "ref" = $1;

select "id"
from "attune"."action"
where "ref" = $1;

insert into "attune"."rule" ("ref", "label", "trigger_ref", "action_ref", "trigger", "action", "pack", "pack_ref")
values ($1, $2, $3, $4, $5, $6, $7, $8)
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

-- findRule
select *
from "attune"."rule"
where "id" = $1;

-- findRuleByRef
select *
from "attune"."rule"
where "ref" = $1;

-- getRule
select *
from "attune"."rule"
where "id" = $1;

-- getRuleByRef
select *
from "attune"."rule"
where "ref" = $1;

-- listRules
select *, array["attune"."rule"."ref"::text] as "page_key"
from "attune"."rule"
where "attune"."rule"."ref" like $1 and "attune"."rule"."pack_ref" = $2 and "attune"."rule"."trigger_ref" = $3 and "attune"."rule"."action_ref" = $4 and "attune"."rule"."enabled" = $5 and "attune"."rule"."owner_identity" = $6 and true
order by "attune"."rule"."ref" asc
limit $7;

select count(*) as "total"
from "attune"."rule"
where "attune"."rule"."ref" like $1 and "attune"."rule"."pack_ref" = $2 and "attune"."rule"."trigger_ref" = $3 and "attune"."rule"."action_ref" = $4 and "attune"."rule"."enabled" = $5 and "attune"."rule"."owner_identity" = $6 and true;

-- updateRule
select "epoch"
from "attune"."definition_epoch" for update;

update "attune"."rule"
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

-- deleteRule
select "epoch"
from "attune"."definition_epoch" for update;

delete
from "attune"."rule"
where "id" = $1;

update "attune"."definition_epoch"
set "epoch" = epoch + 1;

-- restoreRule
select "epoch"
from "attune"."definition_epoch" for update;

select *
from "attune"."definition_version"
where "entity_type" = $1 and "entity_ref" = $2 and "version" = $3;

select *
from "attune"."rule"
where "ref" = $1;

update "attune"."rule"
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
