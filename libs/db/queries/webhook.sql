-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- findTriggerByWebhookKey
select *
from "attune"."trigger"
where "webhook_enabled" = $1 and ("webhook_key_hash" = $2 or ("webhook_previous_key_hash" = $3 and "webhook_previous_key_expires_at" > now()));

-- setWebhookKey
update "attune"."trigger" set "webhook_key_hash" = $1, "webhook_key_sealed" = $2, "webhook_previous_key_hash" = "webhook_key_hash", "webhook_previous_key_expires_at" = case when $3 and webhook_key_hash is not null
        then now() + $4 * interval '1 second' end, "updated" = now() where "id" = $5 returning *;

-- insertWebhookDelivery
insert into "attune"."webhook_delivery" ("trigger", "status_code", "trigger_ref")
values ($1, $2, (select "ref"
from "attune"."trigger"
where "id" = $3))
returning *;

-- listWebhookDeliveries
select *, array["attune"."webhook_delivery"."created"::text, "attune"."webhook_delivery"."id"::text] as "page_key"
from "attune"."webhook_delivery"
where "attune"."webhook_delivery"."trigger" = $1
order by "attune"."webhook_delivery"."created" desc, "attune"."webhook_delivery"."id" desc
limit $2;

select count(*) as "total"
from "attune"."webhook_delivery"
where "attune"."webhook_delivery"."trigger" = $1;

-- countRecentDeliveries
select count(*) as "count"
from "attune"."webhook_delivery"
where "trigger" = $1 and "created" > now() - $2::double precision * interval '1 second' and "rate_limited" = $3 and "source_ip" = $4;
