-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- insertArtifactVersion
with numbered as (
  update attune.artifact a set last_version = a.last_version + 1, updated = now(),
    size_bytes = $4::bigint, content_type = coalesce($3::text, a.content_type),
    retention_due_at = case
      when a.retention_limit <= 0 then null
      when a.retention_policy <> 'versions' then least(a.retention_due_at, now() + make_interval(secs => least(a.retention_limit::float8
    * case a.retention_policy when 'days' then 86400 when 'hours' then 3600 else 60 end, 1e11)))
      when a.last_version >= a.retention_limit then least(a.retention_due_at, now())
      else a.retention_due_at
    end
  where a.id = $1::bigint
    and ($10::timestamptz is null or $10::timestamptz > clock_timestamp() - interval '10 minutes')
  returning a.id, a.last_version, a.content_type
)
insert into attune.artifact_version (
  artifact, version, execution, content_type, size_bytes, checksum, content_json, storage_key, meta, created_by
)
select id, last_version, $2::bigint, content_type, $4::bigint, $5::text, $6::jsonb, $7::text, $8::jsonb, $9::text
from numbered
returning *;

-- findArtifactVersion
select *
from "attune"."artifact_version"
where "id" = $1;

-- getArtifactVersion
select *
from "attune"."artifact_version"
where "id" = $1;

-- findArtifactVersionByNumber
select *
from "attune"."artifact_version"
where "artifact" = $1 and "version" = $2;

-- findLatestArtifactVersion
select *
from "attune"."artifact_version"
where "artifact" = $1
order by "version" desc
limit $2;

-- listArtifactVersions
select "id", "artifact", "version", "execution", "content_type", "size_bytes", "checksum", "storage_key", "meta", "created_by", "created", array["attune"."artifact_version"."version"::text] as "page_key"
from "attune"."artifact_version"
where "attune"."artifact_version"."artifact" = $1 and "attune"."artifact_version"."execution" = $2
order by "attune"."artifact_version"."version" desc
limit $3;

select count(*) as "total"
from "attune"."artifact_version"
where "attune"."artifact_version"."artifact" = $1 and "attune"."artifact_version"."execution" = $2;

-- listArtifactVersionsOfExecution
select "id", "artifact", "version", "execution", "content_type", "size_bytes", "checksum", "storage_key", "meta", "created_by", "created", array["attune"."artifact_version"."created"::text, "attune"."artifact_version"."id"::text] as "page_key"
from "attune"."artifact_version"
where "attune"."artifact_version"."execution" = $1
order by "attune"."artifact_version"."created" desc, "attune"."artifact_version"."id" desc
limit $2;

select count(*) as "total"
from "attune"."artifact_version"
where "attune"."artifact_version"."execution" = $1;

-- deleteArtifactVersion
select a.id
from attune.artifact a
where a.id = $1::bigint for no key update;

delete
from "attune"."artifact_version"
where "artifact" = $1 and "version" = $2;

update attune.artifact a set
  size_bytes = newest.size_bytes,
  content_type = case when newest.id is null then a.content_type else newest.content_type end,
  retention_due_at = case
    when newest.id is null or a.retention_limit <= 0 then null
    when a.retention_policy = 'versions' then (
      select now() from attune.artifact_version v where v.artifact = a.id
      order by v.version desc offset a.retention_limit limit 1)
    else make_interval(secs => least(a.retention_limit::float8
    * case a.retention_policy when 'days' then 86400 when 'hours' then 3600 else 60 end, 1e11)) + (select min(v.created) from attune.artifact_version v where v.artifact = a.id)
  end,
  updated = case when a.id = any($2::bigint[]) then now() else a.updated end
from attune.artifact same left join lateral (
  select v.id, v.size_bytes, v.content_type from attune.artifact_version v where v.artifact = same.id
  order by v.version desc limit 1
) newest on true
where same.id = any($1::bigint[]) and a.id = same.id;

-- listStorageKeys
select "storage_key"
from "attune"."artifact_version"
where "artifact" = $1 and "storage_key" is not null;

-- findNamedStorageKeys
select v.storage_key
from attune.artifact_version v
where v.storage_key = any($1::text[]);
