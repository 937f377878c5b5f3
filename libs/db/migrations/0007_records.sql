-- What is kept for people: values, outputs, messages, and who did what.

create table attune.key (
  id bigint generated always as identity primary key,
  ref text collate "C" not null,
  owner_type attune.owner_type_enum not null,
  -- The owner's ref (an identity's login, '' for the system): an owner installed again finds its keys.
  owner text not null default '',
  owner_identity bigint references attune.identity on delete set null,
  owner_pack bigint references attune.pack on delete set null,
  owner_action bigint references attune.action on delete set null,
  owner_sensor bigint references attune.sensor on delete set null,
  name text not null,
  description text,
  encrypted boolean not null default false,
  encryption_key_id text,
  value jsonb not null,
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  constraint key_ref_key unique (ref),
  constraint key_owner_name_key unique (owner_type, owner, name),
  constraint key_ref_format check (ref ~ '^[a-z][a-z0-9_-]*(\.[a-z][a-z0-9_-]*)*$' and length(ref) <= 255),
  constraint key_name_format check (name <> '' and length(name) <= 255),
  constraint key_owner_state check (
    (owner_type = 'system') = (owner = '')
    and (owner_identity is null or owner_type = 'identity')
    and (owner_pack is null or owner_type = 'pack')
    and (owner_action is null or owner_type = 'action')
    and (owner_sensor is null or owner_type = 'sensor')
  ),
  constraint key_encryption_key_id_state check (encrypted = (encryption_key_id is not null))
);
create index key_owner_identity_idx on attune.key (owner_identity) where owner_identity is not null;
create index key_owner_pack_idx on attune.key (owner_pack) where owner_pack is not null;
create index key_owner_action_idx on attune.key (owner_action) where owner_action is not null;
create index key_owner_sensor_idx on attune.key (owner_sensor) where owner_sensor is not null;

create table attune.notification (
  id bigint generated always as identity primary key,
  channel text not null,
  entity_type text not null,
  entity text not null,
  activity text not null,
  state attune.notification_status_enum not null default 'created',
  content jsonb,
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  constraint notification_channel_format check (channel <> '' and length(channel) <= 255)
);
create index notification_created_idx on attune.notification (created);
create index notification_channel_idx on attune.notification (channel, created);
create index notification_entity_idx on attune.notification (entity_type, entity, created);

create table attune.artifact (
  id bigint generated always as identity primary key,
  -- Paths allowed, and the same ref may occur many times.
  ref text collate "C" not null,
  scope attune.owner_type_enum not null default 'system',
  owner text not null default '',
  type attune.artifact_type_enum not null,
  visibility attune.artifact_visibility_enum not null default 'private',
  name text,
  description text,
  content_type text,
  size_bytes bigint,
  data jsonb,
  retention_policy attune.artifact_retention_enum not null default 'versions',
  -- 0 and less: keep everything.
  retention_limit integer not null default 1,
  last_version integer not null default 0,
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  constraint artifact_ref_format check (length(ref) between 1 and 1024 and ref !~ '[[:cntrl:]]'),
  constraint artifact_last_version_not_negative check (last_version >= 0),
  constraint artifact_size_bytes_not_negative check (size_bytes >= 0)
);
create index artifact_ref_idx on attune.artifact (ref, created);
create index artifact_owner_idx on attune.artifact (scope, owner, created);
create index artifact_type_idx on attune.artifact (type, created);
create index artifact_created_idx on attune.artifact (created);

create table attune.artifact_version (
  id bigint generated always as identity primary key,
  artifact bigint not null references attune.artifact on delete cascade,
  version integer not null,
  execution bigint,
  content_type text,
  size_bytes bigint,
  checksum text,
  content_json jsonb,
  storage_key text,
  meta jsonb,
  created_by text,
  created timestamptz not null default now(),
  constraint artifact_version_artifact_version_key unique (artifact, version),
  constraint artifact_version_version_positive check (version >= 1),
  constraint artifact_version_size_bytes_not_negative check (size_bytes >= 0),
  -- A row without content cannot exist: bytes are stored before it is written.
  constraint artifact_version_content_json_state check (num_nonnulls(content_json, storage_key) = 1)
);
create index artifact_version_execution_idx on attune.artifact_version (execution) where execution is not null;
create unique index artifact_version_storage_key_key on attune.artifact_version (storage_key)
  where storage_key is not null;

create table attune.webhook_delivery (
  id bigint generated always as identity primary key,
  created timestamptz not null default now(),
  trigger bigint not null references attune.trigger on delete cascade,
  trigger_ref text collate "C" not null,
  event bigint,
  status_code integer not null,
  verified boolean,
  duplicate boolean not null default false,
  rate_limited boolean not null default false,
  source_ip text,
  user_agent text,
  headers jsonb,
  payload_size_bytes integer,
  processing_time_ms integer,
  error text,
  constraint webhook_delivery_status_code_range check (status_code between 100 and 599)
);
create index webhook_delivery_trigger_idx on attune.webhook_delivery (trigger, created);

create table attune.audit_event (
  id bigint generated always as identity primary key,
  created timestamptz not null default now(),
  category attune.audit_category_enum not null,
  event_type text collate "C" not null,
  outcome attune.audit_outcome_enum not null,
  actor_identity bigint,
  actor_login text,
  actor_token_type text,
  actor_ip text,
  actor_user_agent text,
  request_id text,
  resource_type text collate "C",
  resource_id bigint,
  resource_ref text collate "C",
  http_method text,
  http_path text,
  http_status integer,
  duration_ms integer,
  details jsonb
);
create index audit_event_created_idx on attune.audit_event (created);
create index audit_event_actor_identity_idx on attune.audit_event (actor_identity, created)
  where actor_identity is not null;
create index audit_event_resource_idx on attune.audit_event (resource_type, resource_ref, created)
  where resource_type is not null;
create index audit_event_request_id_idx on attune.audit_event (request_id) where request_id is not null;

create table attune.ledger_check (
  id bigint generated always as identity primary key,
  created timestamptz not null default now(),
  window_from timestamptz not null,
  window_to timestamptz not null,
  balanced boolean not null,
  counts jsonb not null,
  imbalances jsonb not null default '[]',
  constraint ledger_check_window_to_range check (window_from <= window_to)
);
create index ledger_check_created_idx on attune.ledger_check (created);
