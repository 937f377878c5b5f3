-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- insertApiToken
insert into "attune"."api_token" ("identity", "label", "token_hash", "token_prefix", "token_suffix")
values ($1, $2, $3, $4, $5)
returning *;

-- findApiTokenByHash
select *
from "attune"."api_token"
where "token_hash" = $1;

-- findApiToken
select *
from "attune"."api_token"
where "id" = $1;

-- getApiToken
select *
from "attune"."api_token"
where "id" = $1;

-- listApiTokens
select "id", "identity", "label", "description", "token_prefix", "token_suffix", "scope", "created_by", "expires_at", "last_used_at", "last_used_ip", "revoked_at", "revoked_by", "revocation_reason", "created", "updated", array["attune"."api_token"."created"::text, "attune"."api_token"."id"::text] as "page_key"
from "attune"."api_token"
where "attune"."api_token"."identity" = $1 and api_token.revoked_at is null and coalesce(api_token.expires_at > now(), true)
order by "attune"."api_token"."created" desc, "attune"."api_token"."id" desc
limit $2;

select count(*) as "total"
from "attune"."api_token"
where "attune"."api_token"."identity" = $1 and api_token.revoked_at is null and coalesce(api_token.expires_at > now(), true);

-- touchApiToken
update "attune"."api_token"
set "last_used_at" = now(), "last_used_ip" = $1
where "id" = $2 and coalesce(last_used_at < now() - interval '1 minute', true);

-- revokeApiToken
update "attune"."api_token"
set "revoked_at" = now(), "revoked_by" = $1, "revocation_reason" = $2, "updated" = now()
where "id" = $3 and "revoked_at" is null
returning *;

-- revokeApiTokens
update "attune"."api_token"
set "revoked_at" = now(), "revoked_by" = $1, "revocation_reason" = $2, "updated" = now()
where "identity" = $3 and "revoked_at" is null;

-- deleteApiToken
delete
from "attune"."api_token"
where "id" = $1;
