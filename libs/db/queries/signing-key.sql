-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- insertSigningKey
insert into "attune"."signing_key" ("kid", "algorithm", "public_jwk", "private_sealed")
values ($1, $2, $3, $4)
returning *;

-- findActiveSigningKey
select *
from "attune"."signing_key"
where "retired_at" is null
order by "created" desc, "kid"
limit $1;

-- listPublicSigningKeys
select "kid", "algorithm", "public_jwk", "created", "retired_at", "expires_at"
from "attune"."signing_key"
where ("expires_at" is null or "expires_at" > now())
order by "created" desc, "kid";

-- retireSigningKey
update "attune"."signing_key"
set "retired_at" = now(), "expires_at" = $1
where "kid" = $2 and "retired_at" is null;
