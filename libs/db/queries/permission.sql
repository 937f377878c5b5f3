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

-- listGrantsOfRole
select "attune"."permission_set"."grants"
from "attune"."permission_set"
inner join "attune"."permission_set_role" on "attune"."permission_set_role"."permset" = "attune"."permission_set"."id"
where "attune"."permission_set_role"."role" = $1
order by "attune"."permission_set"."ref";

-- listGrantHolders
select holder.id, holder.attributes, (
  select jsonb_agg(g.value order by p.ref)
  from attune.permission_set p cross join jsonb_array_elements(p.grants) g
  where p.id in (
      select permset from attune.permission_assignment where identity = holder.id
      union
      select s.permset from attune.permission_set_role s
      join attune.identity_role i on i.role = s.role where i.identity = holder.id
  )
) as grants
from attune.identity holder
where not holder.frozen and exists (
  select from attune.permission_set p where p.grants @> $1::jsonb and p.id in (
      select permset from attune.permission_assignment where identity = holder.id
      union
      select s.permset from attune.permission_set_role s
      join attune.identity_role i on i.role = s.role where i.identity = holder.id
  )
)
order by holder.id;
