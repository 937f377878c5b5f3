-- Secrets stand in columns of their own, so that a change of the master key finds all of them, and no version of a
-- definition keeps one under a master key that has gone.

alter table attune.trigger add column webhook_secret_sealed jsonb;
update attune.trigger
  set webhook_secret_sealed = nullif(webhook_config -> 'secret', 'null'), webhook_config = webhook_config - 'secret'
  where webhook_config ? 'secret';
update attune.definition_version set content = content #- '{webhook_config,secret}'
  where entity_type = 'trigger' and content -> 'webhook_config' ? 'secret';

alter table attune.key
  -- A value that says it is encrypted is: an envelope of the master key that is named beside it.
  add constraint key_value_state check (
    not encrypted or coalesce(value ->> 'kid' = encryption_key_id and value ? 'data', false)
  ),
  -- Packs are installed again and find their keys. A login may come to belong to somebody else, who must not find
  -- the secrets of the one before: an identity is deleted after its keys.
  drop constraint key_owner_identity_fkey,
  add constraint key_owner_identity_fkey foreign key (owner_identity) references attune.identity on delete no action;

-- Compared and sorted bytewise, as refs are: the same on every server, and prefixes are found in its index.
alter table attune.identity alter column login type text collate "C";

-- A directory entry is one account.
create unique index identity_ldap_key on attune.identity
  ((attributes -> 'ldap' ->> 'server_url'), (attributes -> 'ldap' ->> 'dn'))
  where attributes ? 'ldap';
create index identity_frozen_idx on attune.identity (login) where frozen;
create index identity_role_role_idx on attune.identity_role (role, id);

-- Lists that are long are read newest first from an index, whatever they are filtered by.

create index permission_assignment_created_idx on attune.permission_assignment (created, id);
drop index attune.permission_assignment_permset_idx;
create index permission_assignment_permset_idx on attune.permission_assignment (permset, created, id);

create index session_ended_at_idx on attune.session (created, id) where ended_at is null;
drop index attune.session_identity_idx;
create index session_identity_idx on attune.session (identity, created, id);

create index api_token_created_idx on attune.api_token (created, id);
create index api_token_revoked_at_idx on attune.api_token (created, id) where revoked_at is null;
drop index attune.api_token_identity_idx;
create index api_token_identity_idx on attune.api_token (identity, created, id);

drop index attune.audit_event_created_idx;
create index audit_event_created_idx on attune.audit_event (created, id);
create index audit_event_category_idx on attune.audit_event (category, created, id);
create index audit_event_event_type_idx on attune.audit_event (event_type, created, id);
-- Nearly all succeed.
create index audit_event_outcome_idx on attune.audit_event (outcome, created, id) where outcome <> 'success';
drop index attune.audit_event_actor_identity_idx;
create index audit_event_actor_identity_idx on attune.audit_event (actor_identity, created, id)
  where actor_identity is not null;
create index audit_event_actor_login_idx on attune.audit_event (actor_login text_pattern_ops, created, id)
  where actor_login is not null;
drop index attune.audit_event_resource_idx;
create index audit_event_resource_type_idx on attune.audit_event (resource_type, created, id)
  where resource_type is not null;
create index audit_event_resource_ref_idx on attune.audit_event (resource_ref, created, id)
  where resource_ref is not null;
create index audit_event_resource_id_idx on attune.audit_event (resource_id, created, id)
  where resource_id is not null;
create index audit_event_http_method_idx on attune.audit_event (http_method, created, id)
  where http_method is not null;
create index audit_event_http_path_idx on attune.audit_event (http_path text_pattern_ops, created, id)
  where http_path is not null;
create index audit_event_http_status_idx on attune.audit_event (http_status, created, id)
  where http_status is not null;
