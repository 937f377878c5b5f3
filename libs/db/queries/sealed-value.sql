-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- rewrapSecrets
select ref::text as name, value as sealed from attune.key
where encryption_key_id <> $1 and ($2::text is null or ref > $2::text)
order by ref limit $3;

with unchanged as materialized (
  select t.ref, i.rewrapped
  from jsonb_to_recordset($1::jsonb) as i(name text, sealed jsonb, rewrapped jsonb)
  join attune.key t on t.ref = i.name and t.value = i.sealed
  order by t.ref for no key update of t
)
update attune.key t
set value = u.rewrapped, encryption_key_id = u.rewrapped ->> 'kid'
from unchanged u where t.ref = u.ref
returning t.ref::text as name;

select kid::text as name, private_sealed as sealed from attune.signing_key
where private_sealed ->> 'kid' <> $1 and ($2::text is null or kid > $2::text)
order by kid limit $3;

with unchanged as materialized (
  select t.kid, i.rewrapped
  from jsonb_to_recordset($1::jsonb) as i(name text, sealed jsonb, rewrapped jsonb)
  join attune.signing_key t on t.kid = i.name and t.private_sealed = i.sealed
  order by t.kid for no key update of t
)
update attune.signing_key t
set private_sealed = u.rewrapped
from unchanged u where t.kid = u.kid
returning t.kid::text as name;

select id::text as name, webhook_key_sealed as sealed from attune.trigger
where webhook_key_sealed ->> 'kid' <> $1 and ($2::bigint is null or id > $2::bigint)
order by id limit $3;

with unchanged as materialized (
  select t.id, i.rewrapped
  from jsonb_to_recordset($1::jsonb) as i(name bigint, sealed jsonb, rewrapped jsonb)
  join attune.trigger t on t.id = i.name and t.webhook_key_sealed = i.sealed
  order by t.id for no key update of t
)
update attune.trigger t
set webhook_key_sealed = u.rewrapped
from unchanged u where t.id = u.id
returning t.id::text as name;

select id::text as name, webhook_secret_sealed as sealed from attune.trigger
where webhook_secret_sealed ->> 'kid' <> $1 and ($2::bigint is null or id > $2::bigint)
order by id limit $3;

with unchanged as materialized (
  select t.id, i.rewrapped
  from jsonb_to_recordset($1::jsonb) as i(name bigint, sealed jsonb, rewrapped jsonb)
  join attune.trigger t on t.id = i.name and t.webhook_secret_sealed = i.sealed
  order by t.id for no key update of t
)
update attune.trigger t
set webhook_secret_sealed = u.rewrapped
from unchanged u where t.id = u.id
returning t.id::text as name;

-- countSealedValues
select kid, count(*) as values from (
  select encryption_key_id as kid from attune.key
  union all
  select private_sealed ->> 'kid' as kid from attune.signing_key
  union all
  select webhook_key_sealed ->> 'kid' as kid from attune.trigger
  union all
  select webhook_secret_sealed ->> 'kid' as kid from attune.trigger
  union all
  select webhook_previous_secret_sealed ->> 'kid' as kid from attune.trigger
) sealed where kid is not null group by kid order by kid;
