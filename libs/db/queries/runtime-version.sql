-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- ensureRuntimeVersion
select "id"
from "attune"."runtime"
where "ref" = $1;

update "attune"."runtime_version"
set "is_default" = $1, "updated" = now()
where "runtime" = $2 and "version" != $3 and "is_default" = $4;

insert into "attune"."runtime_version" ("version", "is_default", "runtime", "runtime_ref")
values ($1, $2, $3, $4)
on conflict ("runtime", "version") do update
set "version" = $5, "is_default" = $6, "runtime" = $7, "runtime_ref" = $8, "updated" = now()
returning *;

-- listRuntimeVersions
select *
from "attune"."runtime_version"
where "runtime_ref" = $1
order by version_major desc nulls last, version_minor desc nulls last, version_patch desc nulls last, "version" desc;
