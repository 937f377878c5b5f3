-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- insertIdentity
insert into "attune"."identity" ("login")
values ($1)
returning *;

-- findIdentity
select *
from "attune"."identity"
where "id" = $1;

-- findIdentityByLogin
select *
from "attune"."identity"
where "login" = $1;

-- getIdentity
select *
from "attune"."identity"
where "id" = $1;

-- getIdentityByLogin
select *
from "attune"."identity"
where "login" = $1;

-- listIdentities
select "id", "login", "display_name", "attributes", "frozen", "created", "updated", array["attune"."identity"."login"::text] as "page_key"
from "attune"."identity"
where "attune"."identity"."login" like $1 and "attune"."identity"."frozen" = $2 and identity.id in (select r.identity
from attune.identity_role r
where r.role = $3) and concat_ws(' ', "attune"."identity"."login", "attune"."identity"."display_name") ilike $4
order by "attune"."identity"."login" asc
limit $5;

select count(*) as "total"
from "attune"."identity"
where "attune"."identity"."login" like $1 and "attune"."identity"."frozen" = $2 and identity.id in (select r.identity
from attune.identity_role r
where r.role = $3) and concat_ws(' ', "attune"."identity"."login", "attune"."identity"."display_name") ilike $4;

-- updateIdentity
update "attune"."identity"
set "display_name" = $1, "updated" = now()
where "id" = $2
returning *;

-- deleteIdentity
delete
from "attune"."identity"
where "id" = $1;

-- lockIdentity
select *
from "attune"."identity"
where "id" = $1 for share;

-- countIdentities
select count(*) as "count"
from "attune"."identity"
where "login" <> $1;
