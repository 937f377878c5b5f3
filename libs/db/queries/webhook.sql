-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- findWebhookByKey
select *, case when webhook_key_hash is distinct from $1
        then (extract(epoch from "webhook_previous_key_expires_at" - now()) * 1000)::double precision end as "key_ms", (extract(epoch from "webhook_previous_secret_expires_at" - now()) * 1000)::double precision as "previous_secret_ms" from "attune"."trigger" where "webhook_enabled" = $2 and ("webhook_key_hash" = $3 or ("webhook_previous_key_hash" = $4 and "webhook_previous_key_expires_at" > now()));

-- setWebhookKey
select "epoch"
from "attune"."definition_epoch" for update;

update "attune"."trigger" set "webhook_key_hash" = $1, "webhook_key_sealed" = $2, "webhook_previous_key_hash" = case when $3 then "webhook_key_hash" end, "webhook_previous_key_expires_at" = case when $4 and "webhook_key_hash" is not null
    then now() + $5 * interval '1 second' end, "updated" = now() where "id" = $6 returning *;

update "attune"."definition_epoch"
set "epoch" = epoch + 1;

-- setWebhookSecret
select "epoch"
from "attune"."definition_epoch" for update;

update "attune"."trigger" set "webhook_secret_sealed" = $1, "webhook_previous_secret_sealed" = case when $2 then "webhook_secret_sealed" end, "webhook_previous_secret_expires_at" = case when $3 and "webhook_secret_sealed" is not null
    then now() + $4 * interval '1 second' end, "updated" = now() where "id" = $5 returning *;

update "attune"."definition_epoch"
set "epoch" = epoch + 1;
