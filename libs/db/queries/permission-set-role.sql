-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- findPermissionSetRole
select "attune"."permission_set_role".*, "attune"."permission_set"."ref" as "permission_set_ref"
from "attune"."permission_set_role"
inner join "attune"."permission_set" on "attune"."permission_set"."id" = "attune"."permission_set_role"."permset"
where "attune"."permission_set_role"."id" = $1;

-- listRolesByPermissionSet
select "attune"."permission_set_role".*, "attune"."permission_set"."ref" as "permission_set_ref"
from "attune"."permission_set_role"
inner join "attune"."permission_set" on "attune"."permission_set"."id" = "attune"."permission_set_role"."permset"
where permission_set_role.permset = any($1::int8[])
order by "attune"."permission_set_role"."role";

-- addRoleToPermissionSet
select "id"
from "attune"."permission_set"
where "ref" = $1;

insert into "attune"."permission_set_role" ("permset", "role")
values ($1, $2)
on conflict ("permset", "role") do update
set "role" = $3
returning *;

-- removeRoleFromPermissionSet
delete
from "attune"."permission_set_role"
where "role" = $1 and "permset" = (select "id"
from "attune"."permission_set"
where "ref" = $2);

-- listPermissionSetRoles
select "attune"."permission_set_role".*, "attune"."permission_set"."ref" as "permission_set_ref", array["attune"."permission_set_role"."role"::text, "attune"."permission_set"."ref"::text] as "page_key"
from "attune"."permission_set_role"
inner join "attune"."permission_set" on "attune"."permission_set"."id" = "attune"."permission_set_role"."permset"
where "attune"."permission_set"."ref" = $1 and "attune"."permission_set_role"."role" = $2
order by "attune"."permission_set_role"."role" asc, "attune"."permission_set"."ref" asc
limit $3;

select count(*) as "total"
from "attune"."permission_set_role"
inner join "attune"."permission_set" on "attune"."permission_set"."id" = "attune"."permission_set_role"."permset"
where "attune"."permission_set"."ref" = $1 and "attune"."permission_set_role"."role" = $2;
