-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- beginIdempotentRequest
insert into attune.idempotent_request as known (owner, key, request_hash)
    values ($1, $2, $3)
    on conflict (owner, key) do update
      set begun_at = now()
      where known.answered_at is null and known.request_hash = excluded.request_hash
        and known.begun_at < now() - $4::interval
    returning 1;

-- finishIdempotentRequest
update "attune"."idempotent_request"
set "answered_at" = now(), "answer" = $1
where "owner" = $2 and "key" = $3 and "answered_at" is null;

-- dropIdempotentRequest
delete
from "attune"."idempotent_request"
where "owner" = $1 and "key" = $2 and "answered_at" is null;
