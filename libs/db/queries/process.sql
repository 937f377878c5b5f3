-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- beatProcesses
with gone as (
  delete from attune.process p where p.last_heartbeat < now() - interval '1 day'
    and p.name not in (select i.name from jsonb_to_recordset($1::jsonb) as i(name text))
)
insert into attune.process as p (name, service, version, schema_version, started_at)
select i.name, i.service, i.version, i.schema_version, now() - i.age_ms * interval '1 millisecond'
from jsonb_to_recordset($1::jsonb)
  as i(name text, service text, version text, schema_version integer, age_ms double precision)
order by i.name
on conflict (name) do update set last_heartbeat = now(), version = excluded.version,
  schema_version = excluded.schema_version, service = excluded.service,
  started_at = case when p.last_heartbeat < excluded.started_at then excluded.started_at else p.started_at end;

-- deleteProcesses
delete
from "attune"."process"
where "name" in ($1);

-- listProcesses
select p.*, p.last_heartbeat > now() - 15000 * interval '1 millisecond' as alive
from attune.process p order by p.service, p.name;
