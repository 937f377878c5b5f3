-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- ensureRuntimeVersion
select "id"
from "attune"."runtime"
where "ref" = $1 for no key update;

update "attune"."runtime_version"
set "is_default" = $1, "updated" = now()
where "runtime" = $2 and "is_default" = $3;

insert into "attune"."runtime_version" ("version", "is_default", "runtime", "runtime_ref")
values ($1, $2, $3, $4)
on conflict ("runtime", "version") do update
set "version" = $5, "is_default" = $6, "runtime" = $7, "runtime_ref" = $8, "updated" = now()
returning *;

-- findRuntimeVersion
select *
from "attune"."runtime_version"
where "id" = $1;

-- getRuntimeVersion
select *
from "attune"."runtime_version"
where "id" = $1;

-- listRuntimeVersions
select *, array[coalesce("attune"."runtime_version"."version_major", -1)::text, coalesce("attune"."runtime_version"."version_minor", -1)::text, coalesce("attune"."runtime_version"."version_patch", -1)::text, "attune"."runtime_version"."version"::text, "attune"."runtime_version"."id"::text] as "page_key"
from "attune"."runtime_version"
where "attune"."runtime_version"."runtime_ref" = $1 and "attune"."runtime_version"."version" = $2 and "attune"."runtime_version"."available" = $3 and "attune"."runtime_version"."is_default" = $4 and coalesce("attune"."runtime_version"."version_major", -1) <= $5::int4 and (coalesce("attune"."runtime_version"."version_major", -1), coalesce("attune"."runtime_version"."version_minor", -1), coalesce("attune"."runtime_version"."version_patch", -1), "attune"."runtime_version"."version", "attune"."runtime_version"."id") < ($6::int4, $7::int4, $8::int4, $9::text, $10::int8)
order by coalesce("attune"."runtime_version"."version_major", -1) desc, coalesce("attune"."runtime_version"."version_minor", -1) desc, coalesce("attune"."runtime_version"."version_patch", -1) desc, "attune"."runtime_version"."version" desc, "attune"."runtime_version"."id" desc
limit $11;

-- updateRuntimeVersion
select *
from "attune"."runtime_version"
where "id" = $1;

select "id"
from "attune"."runtime"
where "ref" = $1 for no key update;

update "attune"."runtime_version"
set "is_default" = $1, "updated" = now()
where "runtime" = $2 and "is_default" = $3;

update "attune"."runtime_version"
set "is_default" = $1, "meta" = $2, "updated" = now()
where "id" = $3
returning *;

-- setRuntimeVersionAvailability
update "attune"."runtime_version"
set "available" = $1, "verified_at" = now(), "updated" = now()
where "id" = $2
returning *;

-- deleteRuntimeVersion
delete
from "attune"."runtime_version"
where "id" = $1;
