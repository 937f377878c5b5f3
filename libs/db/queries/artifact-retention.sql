-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- expireArtifactVersions
select a.id from attune.artifact a where a.retention_due_at <= now()
order by a.retention_due_at, a.id limit $1::bigint for no key update skip locked;

with due as materialized (
  select a.id, a.retention_limit, a.retention_policy = 'versions' as by_number, now() - make_interval(secs => least(a.retention_limit::float8
    * case a.retention_policy when 'days' then 86400 when 'hours' then 3600 else 60 end, 1e11)) as kept_from
  from attune.artifact a where a.id = any($1::bigint[]) and a.retention_limit > 0
),
expired as materialized (
  select old.id from due d cross join lateral (
    (
      select v.id from attune.artifact_version v
      where not d.by_number and v.artifact = d.id and v.created < d.kept_from
      order by v.created limit $2::bigint
    ) union all (
      select v.id from attune.artifact_version v
      where d.by_number and v.artifact = d.id and v.version < (
        select kept.version from attune.artifact_version kept where kept.artifact = d.id
        order by kept.version desc offset d.retention_limit - 1 limit 1
      )
      order by v.version limit $2::bigint
    )
  ) old limit $2::bigint
)
delete from attune.artifact_version v using expired e where v.id = e.id
returning v.artifact, v.version, v.storage_key;

delete from attune.artifact a
where a.id = any($1::bigint[]) and a.data is null
  and not exists (select from attune.artifact_version v where v.artifact = a.id)
returning a.id;

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
