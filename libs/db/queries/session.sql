-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- insertSession
insert into "attune"."session" ("identity", "refresh_hash", "expires_at", "family_hash")
values ($1, $2, $3, $4)
returning *;

-- findSession
select *
from "attune"."session"
where "id" = $1;

-- rotateSession
update "attune"."session"
set "refresh_hash" = $1, "expires_at" = $2, "rotated_at" = now(), "last_used_at" = now()
where "family_hash" = $3 and "refresh_hash" = $4 and "ended_at" is null and "expires_at" > now()
returning *;

-- getSession
select *
from "attune"."session"
where "id" = $1;

-- listSessions
select "id", "identity", "api_token", "rotated_at", "created", "last_used_at", "expires_at", "ended_at", "end_reason", "user_agent", "ip", array["attune"."session"."created"::text, "attune"."session"."id"::text] as "page_key"
from "attune"."session"
where "attune"."session"."identity" = $1 and session.ended_at is null and session.expires_at > now()
order by "attune"."session"."created" desc, "attune"."session"."id" desc
limit $2;

select count(*) as "total"
from "attune"."session"
where "attune"."session"."identity" = $1 and session.ended_at is null and session.expires_at > now();

-- endSession
update "attune"."session"
set "ended_at" = now(), "end_reason" = $1
where "id" = $2 and "ended_at" is null
returning *;

-- endSessions
update "attune"."session"
set "ended_at" = now(), "end_reason" = $1
where "identity" = $2 and "ended_at" is null;

-- endSessionsOfApiToken
update "attune"."session"
set "ended_at" = now(), "end_reason" = $1
where "api_token" = $2 and "ended_at" is null;

-- deleteSession
delete
from "attune"."session"
where "id" = $1;
