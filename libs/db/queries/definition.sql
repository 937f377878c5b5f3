-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- currentEpoch
select "epoch"
from "attune"."definition_epoch";

-- lockDefinitions
select "epoch"
from "attune"."definition_epoch" for update;
