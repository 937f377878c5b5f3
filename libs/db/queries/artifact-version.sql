-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- insertArtifactVersion
with numbered as (
  update attune.artifact a set last_version = a.last_version + 1, updated = now(),
    size_bytes = $4::bigint, content_type = coalesce($3::text, a.content_type)
  where a.id = $1::bigint
  returning a.id, a.last_version
)
insert into attune.artifact_version (
  artifact, version, execution, content_type, size_bytes, checksum, content_json, storage_key, meta, created_by
)
select id, last_version, $2::bigint, $3::text, $4::bigint, $5::text, $6::jsonb, $7::text, $8::jsonb, $9::text
from numbered
returning *;

-- findArtifactVersion
select *
from "attune"."artifact_version"
where "attune"."artifact_version"."artifact" = $1
order by "version" desc
limit $2;

-- listArtifactVersions
select *, array["attune"."artifact_version"."version"::text] as "page_key"
from "attune"."artifact_version"
where "attune"."artifact_version"."artifact" = $1
order by "attune"."artifact_version"."version" desc
limit $2;

select count(*) as "total"
from "attune"."artifact_version"
where "attune"."artifact_version"."artifact" = $1;

-- deleteArtifactVersion
delete
from "attune"."artifact_version"
where "artifact" = $1 and "version" = $2;
