-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- insertSensor
select "epoch"
from "attune"."definition_epoch" for update;

select "id"
from "attune"."pack"
where "ref" = $1;

select "id"
from "attune"."runtime"
where "ref" = $1;

insert into "attune"."sensor" ("ref", "label", "entrypoint", "runtime_ref", "runtime", "pack", "pack_ref")
values ($1, $2, $3, $4, $5, $6, $7)
returning *;

update attune."trigger" set "sensor" = $1
    where "sensor_ref" = $2 and "sensor" is null;

select "entity", "version", "content_hash"
from "attune"."definition_version"
where "entity_type" = $1 and "entity_ref" = $2
order by "version" desc
limit $3;

insert into "attune"."definition_version" ("entity_type", "entity", "entity_ref", "version", "content", "content_hash", "author")
values ($1, $2, $3, $4, $5, $6, $7);

update "attune"."definition_epoch"
set "epoch" = epoch + 1;

-- findSensor
select *
from "attune"."sensor"
where "id" = $1;

-- findSensorByRef
select *
from "attune"."sensor"
where "ref" = $1;

-- getSensor
select *
from "attune"."sensor"
where "id" = $1;

-- getSensorByRef
select *
from "attune"."sensor"
where "ref" = $1;

-- listSensors
select *, array["attune"."sensor"."ref"::text] as "page_key"
from "attune"."sensor"
where "attune"."sensor"."ref" like $1 and "attune"."sensor"."pack_ref" = $2 and sensor.id in (select t.sensor
from attune.trigger t
where t.ref = $3) and "attune"."sensor"."enabled" = $4 and true
order by "attune"."sensor"."ref" asc
limit $5;

select count(*) as "total"
from "attune"."sensor"
where "attune"."sensor"."ref" like $1 and "attune"."sensor"."pack_ref" = $2 and sensor.id in (select t.sensor
from attune.trigger t
where t.ref = $3) and "attune"."sensor"."enabled" = $4 and true;

-- updateSensor
select "epoch"
from "attune"."definition_epoch" for update;

update "attune"."sensor"
set "enabled" = $1, "updated" = now()
where "id" = $2
returning *;

select "entity", "version", "content_hash"
from "attune"."definition_version"
where "entity_type" = $1 and "entity_ref" = $2
order by "version" desc
limit $3;

insert into "attune"."definition_version" ("entity_type", "entity", "entity_ref", "version", "content", "content_hash", "author")
values ($1, $2, $3, $4, $5, $6, $7);

update "attune"."definition_epoch"
set "epoch" = epoch + 1;

-- deleteSensor
select "epoch"
from "attune"."definition_epoch" for update;

delete
from "attune"."sensor"
where "id" = $1;

update "attune"."definition_epoch"
set "epoch" = epoch + 1;

-- restoreSensor
select "epoch"
from "attune"."definition_epoch" for update;

select *
from "attune"."definition_version"
where "entity_type" = $1 and "entity_ref" = $2 and "version" = $3;

select *
from "attune"."sensor"
where "ref" = $1;

update "attune"."sensor"
set "ref" = $1, "description" = $2, "updated" = now()
where "id" = $3
returning *;

select "entity", "version", "content_hash"
from "attune"."definition_version"
where "entity_type" = $1 and "entity_ref" = $2
order by "version" desc
limit $3;

insert into "attune"."definition_version" ("entity_type", "entity", "entity_ref", "version", "content", "content_hash", "author")
values ($1, $2, $3, $4, $5, $6, $7);

update "attune"."definition_epoch"
set "epoch" = epoch + 1;
