-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- insertSigningKey
insert into "attune"."signing_key" ("kid", "algorithm", "public_jwk", "private_sealed")
values ($1, $2, $3, $4)
returning *;

-- findSigningKey
select *
from "attune"."signing_key"
where "kid" = $1;

-- getSigningKey
select *
from "attune"."signing_key"
where "kid" = $1;

-- findActiveSigningKey
select *
from "attune"."signing_key"
where "retired_at" is null
order by "created" desc, "kid"
limit $1;

-- listSigningKeys
select "kid", "algorithm", "public_jwk", "created", "retired_at", "expires_at", array["attune"."signing_key"."created"::text, "attune"."signing_key"."kid"::text] as "page_key"
from "attune"."signing_key"
where "attune"."signing_key"."retired_at" is not null
order by "attune"."signing_key"."created" desc, "attune"."signing_key"."kid" desc
limit $1;

select count(*) as "total"
from "attune"."signing_key"
where "attune"."signing_key"."retired_at" is not null;

-- listPublicSigningKeys
select "kid", "algorithm", "public_jwk", "created", "retired_at", "expires_at"
from "attune"."signing_key"
where ("expires_at" is null or "expires_at" > now())
order by "created" desc, "kid";

-- retireSigningKey
update "attune"."signing_key"
set "retired_at" = now(), "expires_at" = $1
where "kid" = $2 and "retired_at" is null
returning "kid", "algorithm", "public_jwk", "created", "retired_at", "expires_at";

-- rotateSigningKey
select "kid"
from "attune"."signing_key"
where "retired_at" is null
order by "kid" for update;

update "attune"."signing_key"
set "retired_at" = now(), "expires_at" = $1
where "kid" = $2 and "retired_at" is null
returning "kid", "algorithm", "public_jwk", "created", "retired_at", "expires_at";

insert into "attune"."signing_key" ("kid", "algorithm", "public_jwk", "private_sealed")
values ($1, $2, $3, $4)
returning *;

-- deleteSigningKey
delete
from "attune"."signing_key"
where "kid" = $1 and "expires_at" <= now();
