-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- insertAuditEvent
insert into attune.audit_event (
  category, event_type, outcome, actor_identity, actor_login, actor_token_type, actor_ip, actor_user_agent,
  request_id, resource_type, resource_id, resource_ref, http_method, http_path, http_status, duration_ms, details
)
select
  e.category, e.event_type, e.outcome, e.actor_identity, e.actor_login, e.actor_token_type, e.actor_ip,
  e.actor_user_agent, e.request_id, e.resource_type, e.resource_id, e.resource_ref, e.http_method, e.http_path,
  e.http_status, e.duration_ms, e.details
from jsonb_to_recordset($1::jsonb) as e(
  ord integer, category attune.audit_category_enum, event_type text, outcome attune.audit_outcome_enum,
  actor_identity bigint, actor_login text, actor_token_type text, actor_ip text, actor_user_agent text,
  request_id text, resource_type text, resource_id bigint, resource_ref text, http_method text, http_path text,
  http_status integer, duration_ms integer, details jsonb
)
order by e.ord
returning *;

-- insertAuditEvents
insert into attune.audit_event (
  category, event_type, outcome, actor_identity, actor_login, actor_token_type, actor_ip, actor_user_agent,
  request_id, resource_type, resource_id, resource_ref, http_method, http_path, http_status, duration_ms, details
)
select
  e.category, e.event_type, e.outcome, e.actor_identity, e.actor_login, e.actor_token_type, e.actor_ip,
  e.actor_user_agent, e.request_id, e.resource_type, e.resource_id, e.resource_ref, e.http_method, e.http_path,
  e.http_status, e.duration_ms, e.details
from jsonb_to_recordset($1::jsonb) as e(
  ord integer, category attune.audit_category_enum, event_type text, outcome attune.audit_outcome_enum,
  actor_identity bigint, actor_login text, actor_token_type text, actor_ip text, actor_user_agent text,
  request_id text, resource_type text, resource_id bigint, resource_ref text, http_method text, http_path text,
  http_status integer, duration_ms integer, details jsonb
)
order by e.ord
returning *;

-- findAuditEvent
select *
from "attune"."audit_event"
where "id" = $1;

-- getAuditEvent
select *
from "attune"."audit_event"
where "id" = $1;

-- listAuditEvents
select *, array["attune"."audit_event"."created"::text, "attune"."audit_event"."id"::text] as "page_key"
from "attune"."audit_event"
where "attune"."audit_event"."category" = $1 and "attune"."audit_event"."event_type" like $2 and "attune"."audit_event"."outcome" = $3 and "attune"."audit_event"."actor_identity" = $4 and "attune"."audit_event"."actor_login" = $5 and "attune"."audit_event"."resource_type" = $6 and "attune"."audit_event"."resource_id" = $7 and "attune"."audit_event"."resource_ref" like $8 and "attune"."audit_event"."request_id" = $9 and "attune"."audit_event"."http_method" = $10 and "attune"."audit_event"."http_path" like $11 and "attune"."audit_event"."http_status" = $12 and "attune"."audit_event"."created" >= $13
order by "attune"."audit_event"."created" desc, "attune"."audit_event"."id" desc
limit $14;

select count(*) as "total"
from "attune"."audit_event"
where "attune"."audit_event"."category" = $1 and "attune"."audit_event"."event_type" like $2 and "attune"."audit_event"."outcome" = $3 and "attune"."audit_event"."actor_identity" = $4 and "attune"."audit_event"."actor_login" = $5 and "attune"."audit_event"."resource_type" = $6 and "attune"."audit_event"."resource_id" = $7 and "attune"."audit_event"."resource_ref" like $8 and "attune"."audit_event"."request_id" = $9 and "attune"."audit_event"."http_method" = $10 and "attune"."audit_event"."http_path" like $11 and "attune"."audit_event"."http_status" = $12 and "attune"."audit_event"."created" >= $13;
