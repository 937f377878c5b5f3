-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- insertPack
select "epoch"
from "attune"."definition_epoch" for update;

insert into "attune"."pack" ("ref", "label", "version")
values ($1, $2, $3)
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

-- findPack
select *
from "attune"."pack"
where "id" = $1;

-- findPackByRef
select *
from "attune"."pack"
where "ref" = $1;

-- getPack
select *
from "attune"."pack"
where "id" = $1;

-- getPackByRef
select *
from "attune"."pack"
where "ref" = $1;

-- listPacks
select *, array["attune"."pack"."ref"::text] as "page_key"
from "attune"."pack"
where "attune"."pack"."ref" like $1 and $2 = any("attune"."pack"."tags") and "attune"."pack"."is_standard" = $3 and concat_ws(' ', "attune"."pack"."ref", "attune"."pack"."label", "attune"."pack"."description") ilike $4
order by "attune"."pack"."ref" asc
limit $5;

select count(*) as "total"
from "attune"."pack"
where "attune"."pack"."ref" like $1 and $2 = any("attune"."pack"."tags") and "attune"."pack"."is_standard" = $3 and concat_ws(' ', "attune"."pack"."ref", "attune"."pack"."label", "attune"."pack"."description") ilike $4;

-- updatePack
select "epoch"
from "attune"."definition_epoch" for update;

update "attune"."pack"
set "description" = $1, "updated" = now()
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

-- deletePack
select *
from "attune"."pack"
where "id" = $1;

select array(
  select e.id::text from attune.execution e
  where e.announced_at is not null and e.status in ('requested', 'scheduled', 'running')
    and starts_with(e.action_ref, $1::text)
  order by e.id limit 6
) as ids;

select "epoch"
from "attune"."definition_epoch" for update;

delete
from "attune"."pack"
where "id" = $1;

update "attune"."definition_epoch"
set "epoch" = epoch + 1;

-- restorePack
select "epoch"
from "attune"."definition_epoch" for update;

select *
from "attune"."definition_version"
where "entity_type" = $1 and "entity_ref" = $2 and "version" = $3;

select *
from "attune"."pack"
where "ref" = $1;

update "attune"."pack"
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
