-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- insertKey
select "id"
from "attune"."pack"
where "ref" = $1;

insert into "attune"."key" ("ref", "owner_type", "owner", "name", "owner_pack", "encrypted", "encryption_key_id", "value")
values ($1, $2, $3, $4, $5, $6, $7, $8)
returning *;

-- findKey
select *
from "attune"."key"
where "id" = $1;

-- findKeyByRef
select *
from "attune"."key"
where "ref" = $1;

-- findKeyByName
select *
from "attune"."key"
where "owner_type" = $1 and "owner" = $2 and "name" = $3;

-- getKey
select *
from "attune"."key"
where "id" = $1;

-- getKeyByRef
select *
from "attune"."key"
where "ref" = $1;

-- getKeyByName
select *
from "attune"."key"
where "owner_type" = $1 and "owner" = $2 and "name" = $3;

-- listKeysOfRefs
select *
from "attune"."key"
where ref = any($1::text[])
order by "ref";

-- listKeys
select "id", "ref", "owner_type", "owner", "owner_identity", "owner_pack", "owner_action", "owner_sensor", "name", "description", "encrypted", "encryption_key_id", "created", "updated", array["attune"."key"."ref"::text] as "page_key"
from "attune"."key"
where "attune"."key"."ref" like $1 and "attune"."key"."owner_type" = $2 and "attune"."key"."owner" = $3 and "attune"."key"."name" = $4 and "attune"."key"."encrypted" = $5 and concat_ws(' ', "attune"."key"."ref", "attune"."key"."name", "attune"."key"."description") ilike $6 and concat_ws(' ', "attune"."key"."ref", "attune"."key"."name", "attune"."key"."description") ilike $7 and concat_ws(' ', "attune"."key"."ref", "attune"."key"."name", "attune"."key"."description") ilike $8
order by "attune"."key"."ref" asc
limit $9;

select count(*) as "total"
from "attune"."key"
where "attune"."key"."ref" like $1 and "attune"."key"."owner_type" = $2 and "attune"."key"."owner" = $3 and "attune"."key"."name" = $4 and "attune"."key"."encrypted" = $5 and concat_ws(' ', "attune"."key"."ref", "attune"."key"."name", "attune"."key"."description") ilike $6 and concat_ws(' ', "attune"."key"."ref", "attune"."key"."name", "attune"."key"."description") ilike $7 and concat_ws(' ', "attune"."key"."ref", "attune"."key"."name", "attune"."key"."description") ilike $8;

-- resolveKeys
select distinct on (k.name) k.* from attune.key k
where k.name = any($1::text[]) and (
  (k.owner_type = 'system' and k.owner = '')
  or (k.owner_type = 'pack' and k.owner = $2)
  or (k.owner_type = 'action' and k.owner = $3)
)
order by k.name, k.owner_type desc;

-- updateKey
select *
from "attune"."key"
where "id" = $1 for update;

update "attune"."key"
set "encrypted" = $1, "encryption_key_id" = $2, "value" = $3, "updated" = now()
where "id" = $4
returning *;

-- deleteKey
delete
from "attune"."key"
where "id" = $1;
