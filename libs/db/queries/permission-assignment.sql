-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- insertPermissionAssignment
select "id"
from "attune"."permission_set"
where "ref" = $1;

insert into "attune"."permission_assignment" ("identity", "permset")
values ($1, $2)
returning *;

-- assignPermissionSet
select "id"
from "attune"."permission_set"
where "ref" = $1;

insert into "attune"."permission_assignment" ("identity", "permset")
values ($1, $2)
on conflict ("identity", "permset") do update
set "permset" = $3
returning *;

-- findPermissionAssignment
select "attune"."permission_assignment".*, "attune"."identity"."login", "attune"."permission_set"."ref" as "permission_set_ref"
from "attune"."permission_assignment"
inner join "attune"."identity" on "attune"."identity"."id" = "attune"."permission_assignment"."identity"
inner join "attune"."permission_set" on "attune"."permission_set"."id" = "attune"."permission_assignment"."permset"
where "attune"."permission_assignment"."id" = $1;

-- getPermissionAssignment
select "attune"."permission_assignment".*, "attune"."identity"."login", "attune"."permission_set"."ref" as "permission_set_ref"
from "attune"."permission_assignment"
inner join "attune"."identity" on "attune"."identity"."id" = "attune"."permission_assignment"."identity"
inner join "attune"."permission_set" on "attune"."permission_set"."id" = "attune"."permission_assignment"."permset"
where "attune"."permission_assignment"."id" = $1;

-- listPermissionAssignments
select "attune"."permission_assignment".*, "attune"."identity"."login", "attune"."permission_set"."ref" as "permission_set_ref", array["attune"."permission_assignment"."created"::text, "attune"."permission_assignment"."id"::text] as "page_key"
from "attune"."permission_assignment"
inner join "attune"."identity" on "attune"."identity"."id" = "attune"."permission_assignment"."identity"
inner join "attune"."permission_set" on "attune"."permission_set"."id" = "attune"."permission_assignment"."permset"
where "attune"."permission_assignment"."identity" = $1 and permission_assignment.permset = (select id
from attune.permission_set
where ref = $2)
order by "attune"."permission_assignment"."created" desc, "attune"."permission_assignment"."id" desc
limit $3;

select count(*) as "total"
from "attune"."permission_assignment"
inner join "attune"."identity" on "attune"."identity"."id" = "attune"."permission_assignment"."identity"
inner join "attune"."permission_set" on "attune"."permission_set"."id" = "attune"."permission_assignment"."permset"
where "attune"."permission_assignment"."identity" = $1 and permission_assignment.permset = (select id
from attune.permission_set
where ref = $2);

-- deletePermissionAssignment
delete
from "attune"."permission_assignment"
where "id" = $1;

-- unassignPermissionSet
delete
from "attune"."permission_assignment"
where "identity" = $1 and "permset" = (select "id"
from "attune"."permission_set"
where "ref" = $2);
