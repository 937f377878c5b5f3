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

-- listGrantsOfSets
select "grants"
from "attune"."permission_set"
where ref = any($1::text[])
order by "ref";
