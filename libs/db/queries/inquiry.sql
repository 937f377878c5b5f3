-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- insertInquiry
select "status", "finished_at"
from "attune"."execution"
where "id" = $1 for share;

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

-- deleteInquiry
delete
from "attune"."inquiry"
where "id" = $1 and "status" <> $2;

-- listInquiries
select *, array["attune"."inquiry"."created"::text, "attune"."inquiry"."id"::text] as "page_key"
from "attune"."inquiry"
where "attune"."inquiry"."status" = $1 and "attune"."inquiry"."execution" = $2 and "attune"."inquiry"."assigned_to" = $3 and "attune"."inquiry"."assigned_role" = $4 and (inquiry.assigned_to = $5 or inquiry.assigned_role = any($6::text[])) and "attune"."inquiry"."timeout_at" < $7
order by "attune"."inquiry"."created" desc, "attune"."inquiry"."id" desc
limit $8;

select count(*) as "total"
from "attune"."inquiry"
where "attune"."inquiry"."status" = $1 and "attune"."inquiry"."execution" = $2 and "attune"."inquiry"."assigned_to" = $3 and "attune"."inquiry"."assigned_role" = $4 and (inquiry.assigned_to = $5 or inquiry.assigned_role = any($6::text[])) and "attune"."inquiry"."timeout_at" < $7;

-- reassignInquiry
update "attune"."inquiry"
set "assigned_to" = $1, "prompt" = $2, "updated" = now()
where "id" = $3 and "status" = $4
returning *;

-- respondInquiries
with input as materialized (
  select distinct on (id) * from (
    select (a ->> 'id')::bigint as id, a -> 'response' as response, (a ->> 'by')::bigint as by, place
    from jsonb_array_elements($1::jsonb) with ordinality as i(a, place)
  ) given
  order by id, place
), target as materialized (
  select i.id, a.response, a.by from attune.inquiry i join input a on a.id = i.id
  where i.status = 'pending' and (i.timeout_at is null or i.timeout_at > now())
  order by i.id for update of i
)
update attune.inquiry i set status = 'responded', response = t.response, responded_by = t.by,
  responded_at = now(), resolved_at = now(), updated = now()
from target t where i.id = t.id
returning i.*;

-- respondInquiry
with input as materialized (
  select distinct on (id) * from (
    select (a ->> 'id')::bigint as id, a -> 'response' as response, (a ->> 'by')::bigint as by, place
    from jsonb_array_elements($1::jsonb) with ordinality as i(a, place)
  ) given
  order by id, place
), target as materialized (
  select i.id, a.response, a.by from attune.inquiry i join input a on a.id = i.id
  where i.status = 'pending' and (i.timeout_at is null or i.timeout_at > now())
  order by i.id for update of i
)
update attune.inquiry i set status = 'responded', response = t.response, responded_by = t.by,
  responded_at = now(), resolved_at = now(), updated = now()
from target t where i.id = t.id
returning i.*;

-- cancelInquiries
with target as materialized (
  select i.id from attune.inquiry i where i.id = any($1::bigint[]) and i.status = 'pending' order by i.id for update
)
update attune.inquiry i set status = 'cancelled', resolved_at = now(), updated = now()
from target t where i.id = t.id
returning i.*;

-- cancelInquiry
with target as materialized (
  select i.id from attune.inquiry i where i.id = any($1::bigint[]) and i.status = 'pending' order by i.id for update
)
update attune.inquiry i set status = 'cancelled', resolved_at = now(), updated = now()
from target t where i.id = t.id
returning i.*;

-- expireInquiries
with over as materialized (
  select i.id from attune.inquiry i
  where i.status = 'pending' and i.timeout_at <= now() and ($2::bigint is null or i.id = $2::bigint)
  order by i.timeout_at limit $1::bigint for update skip locked
)
update attune.inquiry i set status = 'timeout', resolved_at = now(), updated = now(),
  response = i.default_response
from over o where i.id = o.id
returning i.*;

-- expireInquiry
with over as materialized (
  select i.id from attune.inquiry i
  where i.status = 'pending' and i.timeout_at <= now() and ($2::bigint is null or i.id = $2::bigint)
  order by i.timeout_at limit $1::bigint for update skip locked
)
update attune.inquiry i set status = 'timeout', resolved_at = now(), updated = now(),
  response = i.default_response
from over o where i.id = o.id
returning i.*;
