-- Definitions: what packs bring and people make. Each change writes a definition_version and bumps
-- definition_epoch in its transaction (src/definition.ts).

create table attune.definition_epoch (
  singleton boolean primary key default true,
  epoch bigint not null default 1,
  constraint definition_epoch_singleton_only check (singleton)
);
insert into attune.definition_epoch default values;

-- No reference to the definition or its author: versions outlive both, and continue when a ref is installed again.
create table attune.definition_version (
  id bigint generated always as identity primary key,
  entity bigint not null,
  author bigint,
  version integer not null,
  created timestamptz not null default now(),
  entity_type text collate "C" not null,
  entity_ref text collate "C" not null,
  content_hash text collate "C" not null,
  content jsonb not null,
  constraint definition_version_entity_type_entity_ref_version_key unique (entity_type, entity_ref, version),
  constraint definition_version_version_positive check (version >= 1),
  constraint definition_version_entity_type_known check (
    entity_type in ('pack', 'runtime', 'trigger', 'sensor', 'action', 'rule', 'policy', 'permission_set')
  )
);

create table attune.pack (
  id bigint generated always as identity primary key,
  ref text collate "C" not null,
  label text not null,
  description text,
  version text not null,
  author text,
  email text,
  attune_version text,
  conf_schema jsonb not null default '{}',
  config jsonb not null default '{}',
  meta jsonb not null default '{}',
  tags text[] not null default '{}',
  runtime_deps text[] not null default '{}',
  dependencies jsonb not null default '[]',
  is_standard boolean not null default false,
  source_type text,
  source_url text,
  source_ref text,
  checksum text,
  checksum_verified boolean not null default false,
  content_hash text,
  storage_path text,
  installation_method text,
  installed_at timestamptz,
  installed_by bigint references attune.identity on delete set null,
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  constraint pack_ref_key unique (ref),
  constraint pack_ref_format check (ref ~ '^[a-z][a-z0-9_-]*$' and length(ref) <= 255),
  constraint pack_version_format check (
    version ~ '^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$'
  ),
  constraint pack_conf_schema_object check (jsonb_typeof(conf_schema) = 'object'),
  constraint pack_config_object check (jsonb_typeof(config) = 'object'),
  constraint pack_meta_object check (jsonb_typeof(meta) = 'object'),
  constraint pack_dependencies_array check (jsonb_typeof(dependencies) = 'array')
);

create table attune.runtime (
  id bigint generated always as identity primary key,
  ref text collate "C" not null,
  pack bigint not null references attune.pack on delete cascade,
  pack_ref text collate "C" not null,
  name text not null,
  aliases text[] not null default '{}',
  description text,
  distributions jsonb not null default '{}',
  installation jsonb,
  installers jsonb not null default '[]',
  execution_config jsonb not null default '{}',
  auto_detected boolean not null default false,
  detection_config jsonb not null default '{}',
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  constraint runtime_ref_key unique (ref),
  constraint runtime_ref_format check (ref ~ '^[a-z][a-z0-9_-]*\.[a-z][a-z0-9_-]*$' and length(ref) <= 255),
  constraint runtime_pack_ref_prefix check (split_part(ref, '.', 1) = pack_ref),
  constraint runtime_execution_config_object check (jsonb_typeof(execution_config) = 'object')
);
create index runtime_pack_idx on attune.runtime (pack);

create table attune.runtime_version (
  id bigint generated always as identity primary key,
  runtime bigint not null references attune.runtime on delete cascade,
  runtime_ref text collate "C" not null,
  version text not null,
  version_major integer,
  version_minor integer,
  version_patch integer,
  execution_config jsonb not null default '{}',
  distributions jsonb not null default '{}',
  is_default boolean not null default false,
  available boolean not null default true,
  verified_at timestamptz,
  meta jsonb not null default '{}',
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  constraint runtime_version_runtime_version_key unique (runtime, version)
);
create unique index runtime_version_default_key on attune.runtime_version (runtime) where is_default;

create table attune.sensor (
  id bigint generated always as identity primary key,
  ref text collate "C" not null,
  pack bigint not null references attune.pack on delete cascade,
  pack_ref text collate "C" not null,
  label text not null,
  description text,
  entrypoint text not null,
  -- No action, checked at the end of the statement: a pack goes with its own runtimes and sensors,
  -- but a runtime that another pack's sensor or action uses cannot be removed.
  runtime bigint not null references attune.runtime,
  runtime_ref text collate "C" not null,
  runtime_version_constraint text,
  enabled boolean not null default true,
  is_adhoc boolean not null default false,
  partitions integer not null default 1,
  param_schema jsonb,
  config jsonb,
  worker_selector jsonb not null default '{}',
  worker_tolerations jsonb not null default '[]',
  worker_affinity jsonb not null default '{}',
  log_retention_policy attune.artifact_retention_enum,
  log_retention_limit integer,
  artifact_retention_policy attune.artifact_retention_enum,
  artifact_retention_limit integer,
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  constraint sensor_ref_key unique (ref),
  constraint sensor_ref_format check (ref ~ '^[a-z][a-z0-9_-]*\.[a-z][a-z0-9_-]*$' and length(ref) <= 255),
  constraint sensor_pack_ref_prefix check (split_part(ref, '.', 1) = pack_ref),
  constraint sensor_partitions_positive check (partitions >= 1),
  constraint sensor_log_retention_limit_positive check (log_retention_limit > 0),
  constraint sensor_artifact_retention_limit_positive check (artifact_retention_limit > 0)
);
create index sensor_pack_idx on attune.sensor (pack);
create index sensor_runtime_idx on attune.sensor (runtime);

create table attune.trigger (
  id bigint generated always as identity primary key,
  ref text collate "C" not null,
  pack bigint not null references attune.pack on delete cascade,
  pack_ref text collate "C" not null,
  label text not null,
  description text,
  enabled boolean not null default true,
  is_adhoc boolean not null default false,
  param_schema jsonb,
  out_schema jsonb,
  sensor bigint references attune.sensor on delete set null,
  sensor_ref text collate "C",
  webhook_enabled boolean not null default false,
  webhook_key_hash text collate "C",
  webhook_key_sealed jsonb,
  webhook_previous_key_hash text collate "C",
  webhook_previous_key_expires_at timestamptz,
  webhook_config jsonb not null default '{}',
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  constraint trigger_ref_key unique (ref),
  constraint trigger_ref_format check (ref ~ '^[a-z][a-z0-9_-]*\.[a-z][a-z0-9_-]*$' and length(ref) <= 255),
  constraint trigger_pack_ref_prefix check (split_part(ref, '.', 1) = pack_ref),
  constraint trigger_webhook_key_hash_key unique (webhook_key_hash),
  constraint trigger_webhook_config_object check (jsonb_typeof(webhook_config) = 'object'),
  constraint trigger_webhook_previous_key_hash_state
    check ((webhook_previous_key_hash is null) = (webhook_previous_key_expires_at is null))
);
create index trigger_pack_idx on attune.trigger (pack);
create index trigger_sensor_idx on attune.trigger (sensor) where sensor is not null;
create index trigger_webhook_previous_key_hash_idx on attune.trigger (webhook_previous_key_hash)
  where webhook_previous_key_hash is not null;

create table attune.action (
  id bigint generated always as identity primary key,
  ref text collate "C" not null,
  pack bigint not null references attune.pack on delete cascade,
  pack_ref text collate "C" not null,
  label text not null,
  description text,
  enabled boolean not null default true,
  is_adhoc boolean not null default false,
  entrypoint text not null,
  runtime bigint references attune.runtime,
  runtime_ref text collate "C",
  runtime_version_constraint text,
  required_worker_runtimes jsonb not null default '{}',
  worker_selector jsonb not null default '{}',
  worker_tolerations jsonb not null default '[]',
  worker_affinity jsonb not null default '{}',
  param_schema jsonb,
  out_schema jsonb,
  parameter_delivery text not null default 'stdin',
  parameter_format text not null default 'json',
  output_format text not null default 'text',
  isolation text,
  timeout_seconds integer,
  retry jsonb,
  concurrency jsonb,
  priority integer not null default 0,
  idempotent boolean not null default false,
  dry_run boolean not null default false,
  accesses_mcp boolean not null default false,
  secrets text[] not null default '{}',
  tags text[] not null default '{}',
  default_execution_permission_set_refs text[] not null default '{}',
  log_retention_policy attune.artifact_retention_enum,
  log_retention_limit integer,
  artifact_retention_policy attune.artifact_retention_enum,
  artifact_retention_limit integer,
  workflow jsonb,
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  constraint action_ref_key unique (ref),
  constraint action_ref_format check (ref ~ '^[a-z][a-z0-9_-]*\.[a-z][a-z0-9_-]*$' and length(ref) <= 255),
  constraint action_pack_ref_prefix check (split_part(ref, '.', 1) = pack_ref),
  constraint action_runtime_ref_state check ((runtime is null) = (runtime_ref is null)),
  constraint action_workflow_state check ((workflow is null) or (runtime is null)),
  constraint action_parameter_delivery_known check (parameter_delivery in ('stdin', 'file')),
  constraint action_parameter_format_known check (parameter_format in ('dotenv', 'json', 'yaml')),
  constraint action_output_format_known check (output_format in ('text', 'json', 'yaml', 'jsonl')),
  constraint action_isolation_known check (isolation in ('process', 'warm', 'sandbox')),
  constraint action_timeout_seconds_positive check (timeout_seconds > 0),
  constraint action_log_retention_limit_positive check (log_retention_limit > 0),
  constraint action_artifact_retention_limit_positive check (artifact_retention_limit > 0)
);
create index action_pack_idx on attune.action (pack);
create index action_runtime_idx on attune.action (runtime) where runtime is not null;

create table attune.policy (
  id bigint generated always as identity primary key,
  ref text collate "C" not null,
  pack bigint not null references attune.pack on delete cascade,
  pack_ref text collate "C" not null,
  action bigint references attune.action on delete cascade,
  action_ref text collate "C",
  pack_wide boolean not null default false,
  name text not null,
  description text,
  enabled boolean not null default true,
  method attune.policy_method_enum not null default 'enqueue',
  threshold integer not null,
  window_seconds integer,
  parameters text[] not null default '{}',
  tags text[] not null default '{}',
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  constraint policy_ref_key unique (ref),
  constraint policy_ref_format check (ref ~ '^[a-z][a-z0-9_-]*\.[a-z][a-z0-9_-]*$' and length(ref) <= 255),
  constraint policy_pack_ref_prefix check (split_part(ref, '.', 1) = pack_ref),
  constraint policy_action_ref_state check ((action is null) = (action_ref is null)),
  constraint policy_pack_wide_state check (not (pack_wide and action is not null)),
  constraint policy_threshold_positive check (threshold > 0),
  constraint policy_window_seconds_positive check (window_seconds > 0)
);
create index policy_pack_idx on attune.policy (pack);
create index policy_action_idx on attune.policy (action) where action is not null;

create table attune.rule (
  id bigint generated always as identity primary key,
  ref text collate "C" not null,
  pack bigint not null references attune.pack on delete cascade,
  pack_ref text collate "C" not null,
  label text not null,
  description text,
  enabled boolean not null default true,
  is_adhoc boolean not null default false,
  trigger bigint references attune.trigger on delete set null,
  trigger_ref text collate "C" not null,
  trigger_params jsonb not null default '{}',
  conditions jsonb not null default '[]',
  action bigint references attune.action on delete set null,
  action_ref text collate "C" not null,
  action_params jsonb not null default '{}',
  permission_set_refs text[],
  owner_identity bigint references attune.identity on delete set null,
  retry jsonb,
  timeout_seconds integer,
  concurrency jsonb,
  dedupe jsonb,
  throttle jsonb,
  debounce jsonb,
  priority integer,
  error_count bigint not null default 0,
  last_error text,
  last_error_at timestamptz,
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  constraint rule_ref_key unique (ref),
  constraint rule_ref_format check (ref ~ '^[a-z][a-z0-9_-]*\.[a-z][a-z0-9_-]*$' and length(ref) <= 255),
  constraint rule_pack_ref_prefix check (split_part(ref, '.', 1) = pack_ref),
  constraint rule_trigger_params_object check (jsonb_typeof(trigger_params) = 'object'),
  constraint rule_action_params_object check (jsonb_typeof(action_params) = 'object'),
  constraint rule_timeout_seconds_positive check (timeout_seconds > 0)
);
create index rule_pack_idx on attune.rule (pack);
create index rule_trigger_idx on attune.rule (trigger);
create index rule_action_idx on attune.rule (action);
create index rule_owner_identity_idx on attune.rule (owner_identity) where owner_identity is not null;
-- By ref: an action or trigger that is installed again finds the rules that lost it.
create index rule_trigger_ref_idx on attune.rule (trigger_ref);
create index rule_action_ref_idx on attune.rule (action_ref);

create table attune.permission_set (
  id bigint generated always as identity primary key,
  ref text collate "C" not null,
  pack bigint not null references attune.pack on delete cascade,
  pack_ref text collate "C" not null,
  label text,
  description text,
  grants jsonb not null default '[]',
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  constraint permission_set_ref_key unique (ref),
  constraint permission_set_ref_format
    check (ref ~ '^[a-z][a-z0-9_-]*\.[a-z][a-z0-9_-]*$' and length(ref) <= 255),
  constraint permission_set_pack_ref_prefix check (split_part(ref, '.', 1) = pack_ref),
  constraint permission_set_grants_array check (jsonb_typeof(grants) = 'array')
);
create index permission_set_pack_idx on attune.permission_set (pack);

create table attune.permission_assignment (
  id bigint generated always as identity primary key,
  identity bigint not null references attune.identity on delete cascade,
  permset bigint not null references attune.permission_set on delete cascade,
  created timestamptz not null default now(),
  constraint permission_assignment_identity_permset_key unique (identity, permset)
);
create index permission_assignment_permset_idx on attune.permission_assignment (permset);

create table attune.permission_set_role (
  id bigint generated always as identity primary key,
  permset bigint not null references attune.permission_set on delete cascade,
  role text not null,
  created timestamptz not null default now(),
  constraint permission_set_role_permset_role_key unique (permset, role),
  constraint permission_set_role_role_format check (role <> '' and length(role) <= 255)
);
create index permission_set_role_role_idx on attune.permission_set_role (role);

create table attune.pack_environment (
  id bigint generated always as identity primary key,
  pack bigint not null references attune.pack on delete cascade,
  pack_ref text collate "C" not null,
  content_hash text not null,
  runtime bigint not null references attune.runtime on delete cascade,
  runtime_ref text collate "C" not null,
  -- '' = the runtime's own default.
  runtime_version text not null default '',
  host text not null,
  path text not null,
  status attune.pack_environment_status_enum not null default 'pending',
  manifest_checksum text,
  claimed_by_worker bigint,
  claim_expires_at timestamptz,
  failures integer not null default 0,
  installed_at timestamptz,
  last_verified_at timestamptz,
  install_log text,
  install_error text,
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  constraint pack_environment_key unique (pack, content_hash, runtime, runtime_version, host),
  constraint pack_environment_claim_expires_at_state
    check ((claimed_by_worker is null) = (claim_expires_at is null)),
  constraint pack_environment_failures_not_negative check (failures >= 0)
);
create index pack_environment_runtime_idx on attune.pack_environment (runtime);

create table attune.pack_test_run (
  id bigint generated always as identity primary key,
  pack bigint not null references attune.pack on delete cascade,
  pack_ref text collate "C" not null,
  pack_version text not null,
  trigger_reason text not null,
  total integer not null,
  passed integer not null,
  failed integer not null,
  skipped integer not null,
  duration_ms bigint not null,
  result jsonb not null,
  created timestamptz not null default now(),
  constraint pack_test_run_trigger_reason_known
    check (trigger_reason in ('install', 'update', 'manual', 'validation')),
  constraint pack_test_run_total_sum
    check (passed >= 0 and failed >= 0 and skipped >= 0 and total = passed + failed + skipped),
  constraint pack_test_run_duration_ms_not_negative check (duration_ms >= 0)
);
create index pack_test_run_pack_idx on attune.pack_test_run (pack, created);
