-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- insertPolicy
select "epoch"
from "attune"."definition_epoch" for update;

select "id"
from "attune"."pack"
where "ref" = $1;

select "id"
from "attune"."action"
where "ref" = $1;

insert into "attune"."policy" ("ref", "name", "threshold", "action_ref", "action", "pack", "pack_ref")
values ($1, $2, $3, $4, $5, $6, $7)
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

-- findPolicy
select *
from "attune"."policy"
where "id" = $1;

-- findPolicyByRef
select *
from "attune"."policy"
where "ref" = $1;

-- getPolicy
select *
from "attune"."policy"
where "id" = $1;

-- getPolicyByRef
select *
from "attune"."policy"
where "ref" = $1;

-- listPolicies
select *, array["attune"."policy"."ref"::text] as "page_key"
from "attune"."policy"
where "attune"."policy"."ref" like $1 and "attune"."policy"."pack_ref" = $2 and "attune"."policy"."action_ref" = $3 and $4 = any("attune"."policy"."tags") and "attune"."policy"."enabled" = $5 and true
order by "attune"."policy"."ref" asc
limit $6;

select count(*) as "total"
from "attune"."policy"
where "attune"."policy"."ref" like $1 and "attune"."policy"."pack_ref" = $2 and "attune"."policy"."action_ref" = $3 and $4 = any("attune"."policy"."tags") and "attune"."policy"."enabled" = $5 and true;

-- updatePolicy
select "epoch"
from "attune"."definition_epoch" for update;

update "attune"."policy"
set "threshold" = $1, "updated" = now()
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

-- deletePolicy
select "epoch"
from "attune"."definition_epoch" for update;

delete
from "attune"."policy"
where "id" = $1;

update "attune"."definition_epoch"
set "epoch" = epoch + 1;

-- restorePolicy
select "epoch"
from "attune"."definition_epoch" for update;

select *
from "attune"."definition_version"
where "entity_type" = $1 and "entity_ref" = $2 and "version" = $3;

select *
from "attune"."policy"
where "ref" = $1;

update "attune"."policy"
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
