-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- insertAuditEvent
insert into "attune"."audit_event" ("category", "event_type", "outcome")
values ($1, $2, $3)
returning *;

-- listAuditEvents
select *, array["attune"."audit_event"."created"::text, "attune"."audit_event"."id"::text] as "page_key"
from "attune"."audit_event"
where "attune"."audit_event"."category" = $1 and "attune"."audit_event"."actor_identity" = $2 and "attune"."audit_event"."resource_ref" like $3 and "attune"."audit_event"."created" >= $4
order by "attune"."audit_event"."created" desc, "attune"."audit_event"."id" desc
limit $5;

select count(*) as "total"
from "attune"."audit_event"
where "attune"."audit_event"."category" = $1 and "attune"."audit_event"."actor_identity" = $2 and "attune"."audit_event"."resource_ref" like $3 and "attune"."audit_event"."created" >= $4;
