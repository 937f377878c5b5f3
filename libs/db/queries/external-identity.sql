-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- findIdentityByLdapDn
select *
from "attune"."identity"
where attributes ? 'ldap' and attributes -> 'ldap' ->> 'server_url' = $1 and attributes -> 'ldap' ->> 'dn' = $2;

-- findIdentityByOidcSubject
select *
from "attune"."identity"
where attributes ? 'oidc' and attributes -> 'oidc' ->> 'issuer' = $1 and attributes -> 'oidc' ->> 'sub' = $2 and attributes -> 'oidc' ->> 'client_id' = $3;

-- ensureOidcIdentity
with known as (
  update attune.identity i set
    display_name = coalesce($3, i.display_name),
    attributes = i.attributes || $4::jsonb,
    updated = case when (i.display_name, i.attributes)
      is distinct from (coalesce($3, i.display_name), i.attributes || $4::jsonb) then now() else i.updated end
  where i.attributes ? 'oidc'
    and i.attributes -> 'oidc' ->> 'issuer' = $5
    and i.attributes -> 'oidc' ->> 'sub' = $6
    and i.attributes -> 'oidc' ->> 'client_id' = $7
  returning *
), wanted as (
  insert into attune.identity (login, display_name, attributes)
  select $1, $3, $4::jsonb where not exists (select from known)
  on conflict do nothing
  returning *
), fallback as (
  insert into attune.identity (login, display_name, attributes)
  select $2, $3, $4::jsonb where not exists (select from known) and not exists (select from wanted)
  on conflict do nothing
  returning *
)
select * from known union all select * from wanted union all select * from fallback;

-- ensureLdapIdentity
with known as (
  update attune.identity i set
    display_name = coalesce($3, i.display_name),
    attributes = i.attributes || $4::jsonb,
    updated = case when (i.display_name, i.attributes)
      is distinct from (coalesce($3, i.display_name), i.attributes || $4::jsonb) then now() else i.updated end
  where i.attributes ? 'ldap'
    and i.attributes -> 'ldap' ->> 'server_url' = $5
    and i.attributes -> 'ldap' ->> 'dn' = $6
  returning *
), wanted as (
  insert into attune.identity (login, display_name, attributes)
  select $1, $3, $4::jsonb where not exists (select from known)
  on conflict do nothing
  returning *
), fallback as (
  insert into attune.identity (login, display_name, attributes)
  select $2, $3, $4::jsonb where not exists (select from known) and not exists (select from wanted)
  on conflict do nothing
  returning *
)
select * from known union all select * from wanted union all select * from fallback;
