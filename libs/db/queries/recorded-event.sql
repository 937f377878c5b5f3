-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- findEventSpan
with recursive bounds as materialized (
  select coalesce(min(id), 1) as low, coalesce(max(id), 0) as high from attune.event
), halving (side, low, high, at) as (
  select s.side, b.low, b.high + 1, s.at
  from bounds b cross join (
    values ('first', $1::timestamptz - interval '1 minute'), ('last', $2::timestamptz + interval '1 minute')
  ) s (side, at)
  where s.at is not null
  union all
  select h.side, case when e.created < h.at then e.id + 1 else h.low end,
    case when e.created < h.at then h.high else m.id end, h.at
  from halving h
  cross join lateral (select h.low + (h.high - h.low) / 2 as id) m
  cross join lateral (select id, created from attune.event where id >= m.id order by id limit 1) e
  where h.low < h.high
)
select coalesce((select max(low) from halving where side = 'first'), b.low) as first,
  coalesce((select max(low) - 1 from halving where side = 'last'), b.high) as last
from bounds b;

-- listRecordedEvents
select "id", "created", "trigger_ref", "rule", "rule_ref", "payload"
from "attune"."event"
where "trigger_ref" = $1 and "id" >= $2 and "id" <= $3 and "attune"."event"."created" >= $4 and "attune"."event"."created" < $5
order by "id"
limit $6;
