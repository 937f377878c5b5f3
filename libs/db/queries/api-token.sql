-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- insertApiToken
insert into "attune"."api_token" ("identity", "label", "token_hash", "token_prefix", "token_suffix")
values ($1, $2, $3, $4, $5)
returning *;

-- findApiTokenByHash
select *
from "attune"."api_token"
where "token_hash" = $1;

-- listApiTokens
select *
from "attune"."api_token"
where "identity" = $1
order by "created" desc, "id" desc;

-- touchApiToken
update "attune"."api_token"
set "last_used_at" = now(), "last_used_ip" = $1
where "id" = $2 and coalesce(last_used_at < now() - interval '1 minute', true);

-- revokeApiToken
update "attune"."api_token"
set "revoked_by" = case when "revoked_at" is null then 1 else "revoked_by" end, "revocation_reason" = case when "revoked_at" is null then $1 else "revocation_reason" end, "revoked_at" = coalesce(revoked_at, now()), "updated" = case when revoked_at is null then now() else updated end
where "id" = $2;
