-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- reportSensorsStarted
with input as materialized (
  select distinct on (id) * from jsonb_to_recordset($1::jsonb) as i(id bigint, pid integer) order by id
)
update attune.sensor_run r set pid = i.pid, last_started_at = now(), updated = now()
from input i where r.id = i.id and r.status = 'starting' and r.worker = $2::bigint and r.incarnation = $3::integer
returning r.*;

-- reportSensorsRunning
with input as materialized (
  select distinct on (id) * from jsonb_to_recordset($1::jsonb) as i(id bigint) order by id
)
update attune.sensor_run r set status = 'running', updated = now()
from input i where r.id = i.id and r.status = 'starting' and r.worker = $2::bigint and r.incarnation = $3::integer
returning r.*;

-- reportSensorsStopped
with input as materialized (
  select distinct on (id) * from jsonb_to_recordset($1::jsonb) as i(id bigint, exit_code integer, signal text) order by id
)
update attune.sensor_run r set status = 'stopped', last_exit_code = case when r.status in ('starting', 'running') then i.exit_code else r.last_exit_code end,
  last_signal = case when r.status in ('starting', 'running') then i.signal else r.last_signal end,
  last_stopped_at = case when r.status in ('starting', 'running') then now() else r.last_stopped_at end, worker = null, incarnation = null, lease_expires_at = null, pid = null, next_restart_at = null, updated = now()
from input i where r.id = i.id and r.status in ('starting', 'running', 'backoff') and r.worker = $2::bigint and r.incarnation = $3::integer
returning r.*;

-- reportSensorsCrashed
with input as materialized (
  select distinct on (id) * from jsonb_to_recordset($1::jsonb) as i(id bigint, exit_code integer, signal text, error text, stderr_excerpt text,
    consecutive_failures integer, restart_in_ms double precision) order by id
)
update attune.sensor_run r set status = 'backoff', next_restart_at = now() + i.restart_in_ms * interval '1 millisecond',
  consecutive_failures = i.consecutive_failures, pid = null, last_exit_code = case when r.status in ('starting', 'running') then i.exit_code else r.last_exit_code end,
  last_signal = case when r.status in ('starting', 'running') then i.signal else r.last_signal end,
  last_stopped_at = case when r.status in ('starting', 'running') then now() else r.last_stopped_at end, last_error = i.error,
  stderr_excerpt = case when r.status in ('starting', 'running') then i.stderr_excerpt else r.stderr_excerpt end, updated = now()
from input i where r.id = i.id and r.status in ('starting', 'running') and r.worker = $2::bigint and r.incarnation = $3::integer
returning r.*;

-- reportSensorsFailed
with input as materialized (
  select distinct on (id) * from jsonb_to_recordset($1::jsonb) as i(id bigint, exit_code integer, signal text, error text, stderr_excerpt text) order by id
)
update attune.sensor_run r set status = 'failed', last_exit_code = case when r.status in ('starting', 'running') then i.exit_code else r.last_exit_code end,
  last_signal = case when r.status in ('starting', 'running') then i.signal else r.last_signal end,
  last_stopped_at = case when r.status in ('starting', 'running') then now() else r.last_stopped_at end, last_error = i.error,
  stderr_excerpt = case when r.status in ('starting', 'running') then i.stderr_excerpt else r.stderr_excerpt end, worker = null, incarnation = null, lease_expires_at = null, pid = null, next_restart_at = null, updated = now()
from input i where r.id = i.id and r.status in ('starting', 'running', 'backoff') and r.worker = $2::bigint and r.incarnation = $3::integer
returning r.*;

-- startDueSensorRuns
update attune.sensor_run r set status = 'starting', next_restart_at = null,
  restart_count = r.restart_count + 1, updated = now()
where r.worker = $1::bigint and r.incarnation = $2::integer
  and r.status = 'backoff' and r.next_restart_at <= now()
returning r.*;

-- saveSensorCheckpoints
with input as materialized (
  select distinct on (id) * from (
    select (c ->> 'id')::bigint as id, c -> 'checkpoint' as checkpoint, place
    from jsonb_array_elements($1::jsonb) with ordinality as i(c, place)
  ) given
  order by id, place desc
)
update attune.sensor_run r set checkpoint = i.checkpoint, updated = now()
from input i where r.id = i.id and r.worker = $2::bigint and r.incarnation = $3::integer
returning r.id;
