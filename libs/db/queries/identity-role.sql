-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- listIdentityRoles
select *, array["attune"."identity_role"."role"::text, "attune"."identity_role"."id"::text] as "page_key"
from "attune"."identity_role"
where "attune"."identity_role"."identity" = $1 and "attune"."identity_role"."role" = $2 and "attune"."identity_role"."source" = $3 and "attune"."identity_role"."managed" = $4
order by "attune"."identity_role"."role" asc, "attune"."identity_role"."id" asc
limit $5;

select count(*) as "total"
from "attune"."identity_role"
where "attune"."identity_role"."identity" = $1 and "attune"."identity_role"."role" = $2 and "attune"."identity_role"."source" = $3 and "attune"."identity_role"."managed" = $4;

-- findIdentityRole
select *
from "attune"."identity_role"
where "id" = $1;

-- listRolesByIdentity
select distinct "identity", "role"
from "attune"."identity_role"
where identity = any($1::int8[])
order by "identity", "role";

-- listRoles
select distinct "role"
from "attune"."identity_role"
where "identity" = $1
order by "role";

-- addRole
insert into "attune"."identity_role" ("identity", "role", "source")
values ($1, $2, $3)
on conflict ("identity", "role", "source") do update
set "role" = $4
returning *;

-- removeRole
delete
from "attune"."identity_role"
where "identity" = $1 and "role" = $2 and "source" = $3;

-- replaceManagedRoles
select
from attune.identity
where id = $1 for no key update;

with given as materialized (
  select distinct unnest($3::text[]) as role
), taken as (
  delete from attune.identity_role
  where identity = $1 and source = $2 and managed and role not in (select role from given)
), added as (
  insert into attune.identity_role (identity, role, source, managed)
  select $1, role, $2, true from given
  on conflict (identity, role, source) do nothing
  returning *
)
select * from added
union all
select * from attune.identity_role
where identity = $1 and source = $2 and role in (select role from given)
order by role;
