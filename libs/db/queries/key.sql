-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- insertKey
select "id"
from "attune"."pack"
where "ref" = $1;

insert into "attune"."key" ("ref", "owner_type", "owner", "name", "owner_pack", "value")
values ($1, $2, $3, $4, $5, $6)
returning *;

-- findKey
select *
from "attune"."key"
where "id" = $1;

-- findKeyByRef
select *
from "attune"."key"
where "ref" = $1;

-- getKey
select *
from "attune"."key"
where "id" = $1;

-- getKeyByRef
select *
from "attune"."key"
where "ref" = $1;

-- listKeys
select "id", "ref", "owner_type", "owner", "owner_identity", "owner_pack", "owner_action", "owner_sensor", "name", "description", "encrypted", "encryption_key_id", "created", "updated", array["attune"."key"."ref"::text] as "page_key"
from "attune"."key"
where "attune"."key"."ref" like $1 and "attune"."key"."owner_type" = $2 and "attune"."key"."owner" = $3
order by "attune"."key"."ref" asc
limit $4;

select count(*) as "total"
from "attune"."key"
where "attune"."key"."ref" like $1 and "attune"."key"."owner_type" = $2 and "attune"."key"."owner" = $3;

-- updateKey
update "attune"."key"
set "value" = $1, "updated" = now()
where "id" = $2
returning *;

-- deleteKey
delete
from "attune"."key"
where "id" = $1;
