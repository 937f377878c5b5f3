-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- claimSignIn
insert into "attune"."sign_in" ("state_hash")
values ($1)
on conflict do nothing
returning "state_hash";

-- completeSignIn
update "attune"."sign_in"
set "identity" = $1, "code_hash" = $2, "code_challenge" = $3, "code_expires_at" = now() + make_interval(secs => $4)
where "state_hash" = $5 and "code_hash" is null
returning "state_hash";

-- redeemSignInCode
update "attune"."sign_in"
set "redeemed_at" = now()
where "code_hash" = $1 and "redeemed_at" is null and "code_expires_at" > now()
returning *;
