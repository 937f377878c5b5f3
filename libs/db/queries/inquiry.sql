-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- insertInquiry
insert into "attune"."inquiry" ("execution", "prompt")
values ($1, $2)
returning *;

-- findInquiry
select *
from "attune"."inquiry"
where "id" = $1;

-- findInquiryOfExecution
select *
from "attune"."inquiry"
where "execution" = $1;

-- getInquiry
select *
from "attune"."inquiry"
where "id" = $1;

-- listInquiries
select *, array["attune"."inquiry"."created"::text, "attune"."inquiry"."id"::text] as "page_key"
from "attune"."inquiry"
where "attune"."inquiry"."status" = $1 and "attune"."inquiry"."execution" = $2 and "attune"."inquiry"."assigned_to" = $3 and "attune"."inquiry"."assigned_role" = $4
order by "attune"."inquiry"."created" desc, "attune"."inquiry"."id" desc
limit $5;

select count(*) as "total"
from "attune"."inquiry"
where "attune"."inquiry"."status" = $1 and "attune"."inquiry"."execution" = $2 and "attune"."inquiry"."assigned_to" = $3 and "attune"."inquiry"."assigned_role" = $4;

-- respondInquiry
update "attune"."inquiry"
set "status" = $1, "response" = $2, "responded_by" = $3, "responded_at" = now(), "resolved_at" = now(), "updated" = now()
where "id" = $4 and "status" = $5 and ("timeout_at" is null or "timeout_at" > now())
returning *;

-- cancelInquiry
update "attune"."inquiry"
set "status" = $1, "resolved_at" = now(), "updated" = now()
where "id" = $2 and "status" = $3
returning *;

-- expireInquiries
with over as materialized (
  select i.id from attune.inquiry i
  where i.status = 'pending' and i.timeout_at <= now()
  order by i.timeout_at limit $1::bigint for update skip locked
)
update attune.inquiry i set status = 'timeout', resolved_at = now(), updated = now(),
  response = i.default_response
from over o where i.id = o.id
returning i.*;
