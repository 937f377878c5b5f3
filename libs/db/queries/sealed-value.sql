-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- rewrapSecrets
select t.ref::text as name, t.value as sealed from attune.key t
where t.encryption_key_id <> $1 and ($2::text is null or t.ref > $2::text)
order by t.ref limit $3;

with unchanged as materialized (
  select t.ref, i.rewrapped
  from jsonb_to_recordset($1::jsonb) as i(name text, sealed jsonb, rewrapped jsonb)
  join attune.key t on t.ref = i.name and t.value = i.sealed
  order by t.ref for no key update of t
)
update attune.key t set value = u.rewrapped, encryption_key_id = u.rewrapped ->> 'kid'
from unchanged u where t.ref = u.ref
returning t.ref::text as name;

select t.kid::text as name, t.private_sealed as sealed from attune.signing_key t
where t.private_sealed ->> 'kid' <> $1 and ($2::text is null or t.kid > $2::text)
order by t.kid limit $3;

with unchanged as materialized (
  select t.kid, i.rewrapped
  from jsonb_to_recordset($1::jsonb) as i(name text, sealed jsonb, rewrapped jsonb)
  join attune.signing_key t on t.kid = i.name and t.private_sealed = i.sealed
  order by t.kid for no key update of t
)
update attune.signing_key t set private_sealed = u.rewrapped
from unchanged u where t.kid = u.kid
returning t.kid::text as name;

select t.id::text as name, t.webhook_key_sealed as sealed from attune.trigger t
where t.webhook_key_sealed ->> 'kid' <> $1 and ($2::bigint is null or t.id > $2::bigint)
order by t.id limit $3;

with unchanged as materialized (
  select t.id, i.rewrapped
  from jsonb_to_recordset($1::jsonb) as i(name bigint, sealed jsonb, rewrapped jsonb)
  join attune.trigger t on t.id = i.name and t.webhook_key_sealed = i.sealed
  order by t.id for no key update of t
)
update attune.trigger t set webhook_key_sealed = u.rewrapped
from unchanged u where t.id = u.id
returning t.id::text as name;

select t.id::text as name, t.webhook_secret_sealed as sealed from attune.trigger t
where t.webhook_secret_sealed ->> 'kid' <> $1 and ($2::bigint is null or t.id > $2::bigint)
order by t.id limit $3;

with unchanged as materialized (
  select t.id, i.rewrapped
  from jsonb_to_recordset($1::jsonb) as i(name bigint, sealed jsonb, rewrapped jsonb)
  join attune.trigger t on t.id = i.name and t.webhook_secret_sealed = i.sealed
  order by t.id for no key update of t
)
update attune.trigger t set webhook_secret_sealed = u.rewrapped
from unchanged u where t.id = u.id
returning t.id::text as name;

select t.id::text as name, t.webhook_previous_secret_sealed as sealed from attune.trigger t
where t.webhook_previous_secret_sealed ->> 'kid' <> $1 and ($2::bigint is null or t.id > $2::bigint)
order by t.id limit $3;

with unchanged as materialized (
  select t.id, i.rewrapped
  from jsonb_to_recordset($1::jsonb) as i(name bigint, sealed jsonb, rewrapped jsonb)
  join attune.trigger t on t.id = i.name and t.webhook_previous_secret_sealed = i.sealed
  order by t.id for no key update of t
)
update attune.trigger t set webhook_previous_secret_sealed = u.rewrapped
from unchanged u where t.id = u.id
returning t.id::text as name;

select t.ref::text as name, t.config as sealed from attune.pack t
where true and exists (select from jsonb_path_query(t.config, '$.** ? (@.type() == "object")."$secret"[*].sealed.kid') k where k #>> '{}' <> $1) and ($2::text is null or t.ref > $2::text)
order by t.ref limit $3;

select "epoch"
from "attune"."definition_epoch" for update;

with unchanged as materialized (
  select t.ref, i.rewrapped
  from jsonb_to_recordset($1::jsonb) as i(name text, sealed jsonb, rewrapped jsonb)
  join attune.pack t on t.ref = i.name and t.config = i.sealed
  order by t.ref for no key update of t
)
update attune.pack t set config = u.rewrapped
from unchanged u where t.ref = u.ref
returning t.ref::text as name;

update "attune"."definition_epoch"
set "epoch" = epoch + 1;

select t.id::text as name, t.content as sealed from attune.definition_version t
where t.entity_type = 'pack' and exists (select from jsonb_path_query(t.content, '$.** ? (@.type() == "object")."$secret"[*].sealed.kid') k where k #>> '{}' <> $1) and ($2::bigint is null or t.id > $2::bigint)
order by t.id limit $3;

with unchanged as materialized (
  select t.id, i.rewrapped
  from jsonb_to_recordset($1::jsonb) as i(name bigint, sealed jsonb, rewrapped jsonb)
  join attune.definition_version t on t.id = i.name and t.content = i.sealed
  order by t.id for no key update of t
)
update attune.definition_version t set content = u.rewrapped
from unchanged u where t.id = u.id
returning t.id::text as name;

select t.id::text as name, t.config as sealed from attune.execution t
where t.announced_at is not null and exists (select from jsonb_path_query(t.config, '$.** ? (@.type() == "object")."$secret"[*].sealed.kid') k where k #>> '{}' <> $1) and ($2::bigint is null or t.id > $2::bigint)
order by t.id limit $3;

with unchanged as materialized (
  select t.id, i.rewrapped
  from jsonb_to_recordset($1::jsonb) as i(name bigint, sealed jsonb, rewrapped jsonb)
  join attune.execution t on t.id = i.name and t.config = i.sealed
  order by t.id for no key update of t
)
update attune.execution t set config = u.rewrapped
from unchanged u where t.id = u.id
returning t.id::text as name;

-- countSealedValues
select kid, count(*) as values from (
  select t.encryption_key_id as kid from attune.key t
  union all
  select t.private_sealed ->> 'kid' as kid from attune.signing_key t
  union all
  select t.webhook_key_sealed ->> 'kid' as kid from attune.trigger t
  union all
  select t.webhook_secret_sealed ->> 'kid' as kid from attune.trigger t
  union all
  select t.webhook_previous_secret_sealed ->> 'kid' as kid from attune.trigger t
  union all
  select k #>> '{}' as kid from attune.pack t cross join jsonb_path_query(t.config, '$.** ? (@.type() == "object")."$secret"[*].sealed.kid') k where true
  union all
  select k #>> '{}' as kid from attune.definition_version t cross join jsonb_path_query(t.content, '$.** ? (@.type() == "object")."$secret"[*].sealed.kid') k where t.entity_type = 'pack'
  union all
  select k #>> '{}' as kid from attune.execution t cross join jsonb_path_query(t.config, '$.** ? (@.type() == "object")."$secret"[*].sealed.kid') k where t.announced_at is not null
) sealed where kid is not null group by kid order by kid;
