-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- findHeldExecution
select "attune"."execution"."id", "attempt", "action_ref", "executor", "permission_set_refs"
from "attune"."execution"
where "attune"."execution"."id" = $1 and "attempt" = $2 and "worker" = $3 and "incarnation" = $4 and "attune"."execution"."status" in ($5, $6);

-- findHeldParameters
select "attune"."execution"."id", "action_ref", "executor", "attune"."execution"."config", "attune"."enforcement"."rule_ref"
from "attune"."execution"
left join "attune"."enforcement" on "attune"."enforcement"."id" = "attune"."execution"."enforcement"
where "attune"."execution"."id" = $1 and "attempt" = $2 and "worker" = $3 and "incarnation" = $4 and "attune"."execution"."status" in ($5, $6);
