-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- findHeldExecution
select "id", "attempt", "action_ref", "executor", "permission_set_refs"
from "attune"."execution"
where "id" = $1 and "attempt" = $2 and "worker" = $3 and "incarnation" = $4 and "status" in ($5, $6);
