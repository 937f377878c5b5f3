-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- listGrants
select "grants"
from "attune"."permission_set"
where "id" in (select "permset"
from "attune"."permission_assignment"
where "identity" = $1
union select "permset"
from "attune"."permission_set_role"
inner join "attune"."identity_role" on "attune"."identity_role"."role" = "attune"."permission_set_role"."role"
where "attune"."identity_role"."identity" = $2)
order by "ref";

-- listAssignedPermissionSets
select "ref"
from "attune"."permission_set"
inner join "attune"."permission_assignment" on "attune"."permission_assignment"."permset" = "attune"."permission_set"."id"
where "identity" = $1
order by "ref";

-- assignPermissionSet
select "id"
from "attune"."permission_set"
where "ref" = $1;

insert into "attune"."permission_assignment" ("identity", "permset")
values ($1, $2)
on conflict ("identity", "permset") do update
set "permset" = $3
returning *;

-- unassignPermissionSet
delete
from "attune"."permission_assignment"
where "identity" = $1 and "permset" = (select "id"
from "attune"."permission_set"
where "ref" = $2);

-- listRoles
select distinct "role"
from "attune"."identity_role"
where "identity" = $1
order by "role";

-- addRole
insert into "attune"."identity_role" ("identity", "role", "source")
values ($1, $2, $3)
on conflict ("identity", "role", "source") do nothing;

-- removeRole
delete
from "attune"."identity_role"
where "identity" = $1 and "role" = $2 and "source" = $3;

-- addRoleToPermissionSet
select "id"
from "attune"."permission_set"
where "ref" = $1;

insert into "attune"."permission_set_role" ("permset", "role")
values ($1, $2)
on conflict ("permset", "role") do nothing;
