-- Generated from the migrations (libs/db/src/generate/main.ts). Do not edit.

create schema attune;

create type attune.artifact_retention_enum as enum ('versions', 'days', 'hours', 'minutes');
create type attune.artifact_type_enum as enum ('file_binary', 'file_datatable', 'file_image', 'file_text', 'other', 'progress', 'url');
create type attune.artifact_visibility_enum as enum ('public', 'private');
create type attune.audit_category_enum as enum ('api', 'auth', 'rbac', 'secret', 'admin', 'execution', 'pack');
create type attune.audit_outcome_enum as enum ('success', 'failure', 'denied');
create type attune.enforcement_condition_enum as enum ('any', 'all');
create type attune.enforcement_status_enum as enum ('created', 'processed', 'disabled');
create type attune.event_status_enum as enum ('pending', 'evaluated');
create type attune.execution_status_enum as enum ('requested', 'scheduled', 'running', 'completed', 'failed', 'canceling', 'cancelled', 'timeout', 'abandoned');
create type attune.inquiry_status_enum as enum ('pending', 'responded', 'timeout', 'cancelled');
create type attune.notification_status_enum as enum ('created', 'queued', 'processing', 'error');
create type attune.owner_type_enum as enum ('system', 'identity', 'pack', 'action', 'sensor');
create type attune.pack_environment_status_enum as enum ('pending', 'installing', 'ready', 'failed', 'outdated');
create type attune.policy_method_enum as enum ('enqueue', 'cancel_new', 'cancel_running');
create type attune.sensor_process_status_enum as enum ('starting', 'running', 'stopped', 'failed', 'backoff');
create type attune.work_queue_batch_mode_enum as enum ('single', 'batch');
create type attune.work_queue_dispatch_status_enum as enum ('leased', 'dispatched', 'completed', 'failed', 'released', 'cancelled');
create type attune.work_queue_item_status_enum as enum ('queued', 'leased', 'retry', 'completed', 'failed', 'skipped', 'cancelled');
create type attune.work_queue_update_strategy_enum as enum ('immutable', 'replace', 'merge_patch');
create type attune.worker_role_enum as enum ('action', 'sensor');
create type attune.worker_status_enum as enum ('active', 'inactive', 'busy', 'error');
create type attune.worker_type_enum as enum ('local', 'remote', 'container');

create table attune.action (
  id bigint not null generated always as identity,
  ref text collate "C" not null,
  pack bigint not null,
  pack_ref text collate "C" not null,
  label text not null,
  description text,
  enabled boolean not null default true,
  is_adhoc boolean not null default false,
  entrypoint text not null,
  runtime bigint,
  runtime_ref text collate "C",
  runtime_version_constraint text,
  required_worker_runtimes jsonb not null default '{}'::jsonb,
  worker_selector jsonb not null default '{}'::jsonb,
  worker_tolerations jsonb not null default '[]'::jsonb,
  worker_affinity jsonb not null default '{}'::jsonb,
  param_schema jsonb,
  out_schema jsonb,
  parameter_delivery text not null default 'stdin'::text,
  parameter_format text not null default 'json'::text,
  output_format text not null default 'text'::text,
  isolation text,
  timeout_seconds integer,
  retry jsonb,
  priority integer not null default 0,
  idempotent boolean not null default false,
  dry_run boolean not null default false,
  accesses_mcp boolean not null default false,
  secrets text[] not null default '{}'::text[],
  tags text[] not null default '{}'::text[],
  default_execution_permission_set_refs text[] not null default '{}'::text[],
  log_retention_policy attune.artifact_retention_enum,
  log_retention_limit integer,
  artifact_retention_policy attune.artifact_retention_enum,
  artifact_retention_limit integer,
  workflow jsonb,
  created timestamp with time zone not null default now(),
  updated timestamp with time zone not null default now(),
  start_timeout_seconds integer,
  total_timeout_seconds integer,
  constraint action_pkey PRIMARY KEY (id),
  constraint action_ref_key UNIQUE (ref),
  constraint action_pack_fkey FOREIGN KEY (pack) REFERENCES attune.pack(id) ON DELETE CASCADE,
  constraint action_runtime_fkey FOREIGN KEY (runtime) REFERENCES attune.runtime(id),
  constraint action_artifact_retention_limit_positive CHECK ((artifact_retention_limit > 0)),
  constraint action_isolation_known CHECK ((isolation = ANY (ARRAY['process'::text, 'warm'::text, 'sandbox'::text]))),
  constraint action_log_retention_limit_positive CHECK ((log_retention_limit > 0)),
  constraint action_output_format_known CHECK ((output_format = ANY (ARRAY['text'::text, 'json'::text, 'yaml'::text, 'jsonl'::text]))),
  constraint action_pack_ref_prefix CHECK ((split_part(ref, '.'::text, 1) = pack_ref)),
  constraint action_parameter_delivery_known CHECK ((parameter_delivery = ANY (ARRAY['stdin'::text, 'file'::text]))),
  constraint action_parameter_format_known CHECK ((parameter_format = ANY (ARRAY['dotenv'::text, 'json'::text, 'yaml'::text]))),
  constraint action_ref_format CHECK (((ref ~ '^[a-z][a-z0-9_-]*\.[a-z][a-z0-9_-]*$'::text) AND (length(ref) <= 255))),
  constraint action_runtime_ref_state CHECK (((runtime IS NULL) = (runtime_ref IS NULL))),
  constraint action_start_timeout_seconds_positive CHECK ((start_timeout_seconds > 0)),
  constraint action_timeout_seconds_positive CHECK ((timeout_seconds > 0)),
  constraint action_total_timeout_seconds_positive CHECK ((total_timeout_seconds > 0)),
  constraint action_workflow_state CHECK (((workflow IS NULL) OR (runtime IS NULL)))
);
create INDEX action_pack_idx ON attune.action USING btree (pack);
create INDEX action_runtime_idx ON attune.action USING btree (runtime) WHERE (runtime IS NOT NULL);

create table attune.admission (
  policy bigint not null,
  execution bigint not null,
  enqueued_at timestamp with time zone not null default now(),
  activated_at timestamp with time zone,
  status text collate "C" not null,
  group_key text collate "C" not null default ''::text,
  priority integer not null default 0,
  attempt integer not null default 1,
  constraint admission_pkey PRIMARY KEY (policy, group_key, execution, attempt),
  constraint admission_execution_fkey FOREIGN KEY (execution) REFERENCES attune.execution(id) ON DELETE CASCADE,
  constraint admission_policy_fkey FOREIGN KEY (policy) REFERENCES attune.policy(id) ON DELETE CASCADE,
  constraint admission_activated_at_state CHECK (((status = 'active'::text) = (activated_at IS NOT NULL))),
  constraint admission_status_known CHECK ((status = ANY (ARRAY['active'::text, 'queued'::text])))
);
create INDEX admission_active_idx ON attune.admission USING btree (policy, group_key, activated_at) WHERE (status = 'active'::text);
create INDEX admission_execution_idx ON attune.admission USING btree (execution);
create INDEX admission_queue_idx ON attune.admission USING btree (policy, group_key, priority DESC, execution) WHERE (status = 'queued'::text);

create table attune.api_token (
  id bigint not null generated always as identity,
  identity bigint not null,
  label text not null,
  description text,
  token_hash text not null,
  token_prefix text not null,
  token_suffix text not null,
  scope jsonb,
  created_by bigint,
  expires_at timestamp with time zone,
  last_used_at timestamp with time zone,
  last_used_ip text,
  revoked_at timestamp with time zone,
  revoked_by bigint,
  revocation_reason text,
  created timestamp with time zone not null default now(),
  updated timestamp with time zone not null default now(),
  constraint api_token_pkey PRIMARY KEY (id),
  constraint api_token_token_hash_key UNIQUE (token_hash),
  constraint api_token_created_by_fkey FOREIGN KEY (created_by) REFERENCES attune.identity(id) ON DELETE SET NULL,
  constraint api_token_identity_fkey FOREIGN KEY (identity) REFERENCES attune.identity(id) ON DELETE CASCADE,
  constraint api_token_revoked_by_fkey FOREIGN KEY (revoked_by) REFERENCES attune.identity(id) ON DELETE SET NULL,
  constraint api_token_label_format CHECK ((btrim(label) <> ''::text)),
  constraint api_token_revoked_at_state CHECK (((revoked_at IS NOT NULL) OR ((revoked_by IS NULL) AND (revocation_reason IS NULL))))
);
create INDEX api_token_created_idx ON attune.api_token USING btree (created, id);
create INDEX api_token_identity_idx ON attune.api_token USING btree (identity, created, id);
create INDEX api_token_revoked_at_idx ON attune.api_token USING btree (created, id) WHERE (revoked_at IS NULL);

create table attune.artifact (
  id bigint not null generated always as identity,
  ref text collate "C" not null,
  scope attune.owner_type_enum not null default 'system'::attune.owner_type_enum,
  owner text not null default ''::text,
  type attune.artifact_type_enum not null,
  visibility attune.artifact_visibility_enum not null default 'private'::attune.artifact_visibility_enum,
  name text,
  description text,
  content_type text,
  size_bytes bigint,
  data jsonb,
  retention_policy attune.artifact_retention_enum not null default 'versions'::attune.artifact_retention_enum,
  retention_limit integer not null default 1,
  last_version integer not null default 0,
  created timestamp with time zone not null default now(),
  updated timestamp with time zone not null default now(),
  retention_due_at timestamp with time zone,
  constraint artifact_pkey PRIMARY KEY (id),
  constraint artifact_last_version_not_negative CHECK ((last_version >= 0)),
  constraint artifact_owner_format CHECK (((length(owner) <= 255) AND (owner !~ '[\u0001-\u001f\u007f-\u009f\u2028\u2029]'::text))),
  constraint artifact_ref_format CHECK ((((length(ref) >= 1) AND (length(ref) <= 1024)) AND (ref !~ '[\u0001-\u001f\u007f-\u009f\u2028\u2029]'::text))),
  constraint artifact_size_bytes_not_negative CHECK ((size_bytes >= 0))
) with (fillfactor = 80);
create INDEX artifact_created_idx ON attune.artifact USING btree (created, id);
create INDEX artifact_owner_idx ON attune.artifact USING btree (owner, created, id);
create INDEX artifact_ref_idx ON attune.artifact USING btree ("left"(ref, 255), created, id);
create INDEX artifact_retention_due_at_idx ON attune.artifact USING btree (retention_due_at) WHERE (retention_due_at IS NOT NULL);
create INDEX artifact_retention_policy_idx ON attune.artifact USING btree (retention_policy, created, id);
create INDEX artifact_scope_idx ON attune.artifact USING btree (scope, created, id);
create INDEX artifact_scope_owner_idx ON attune.artifact USING btree (scope, owner, created, id);
create INDEX artifact_search_idx ON attune.artifact USING gin ((((((ref || ' '::text) || COALESCE(name, ''::text)) || ' '::text) || COALESCE(description, ''::text))) attune.gin_trgm_ops);
create INDEX artifact_type_idx ON attune.artifact USING btree (type, created, id);
create INDEX artifact_visibility_idx ON attune.artifact USING btree (visibility, created, id);

create table attune.artifact_version (
  id bigint not null generated always as identity,
  artifact bigint not null,
  version integer not null,
  execution bigint,
  content_type text,
  size_bytes bigint,
  checksum text,
  content_json jsonb,
  storage_key text,
  meta jsonb,
  created_by text,
  created timestamp with time zone not null default now(),
  constraint artifact_version_pkey PRIMARY KEY (id),
  constraint artifact_version_artifact_version_key UNIQUE (artifact, version),
  constraint artifact_version_artifact_fkey FOREIGN KEY (artifact) REFERENCES attune.artifact(id) ON DELETE CASCADE,
  constraint artifact_version_content_json_state CHECK ((num_nonnulls(content_json, storage_key) = 1)),
  constraint artifact_version_size_bytes_not_negative CHECK ((size_bytes >= 0)),
  constraint artifact_version_version_positive CHECK ((version >= 1))
);
create INDEX artifact_version_artifact_created_idx ON attune.artifact_version USING btree (artifact, created);
create INDEX artifact_version_execution_idx ON attune.artifact_version USING btree (execution, created, id) WHERE (execution IS NOT NULL);
create UNIQUE INDEX artifact_version_storage_key_key ON attune.artifact_version USING btree (storage_key) WHERE (storage_key IS NOT NULL);

create table attune.audit_event (
  id bigint not null generated always as identity,
  created timestamp with time zone not null default now(),
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
  details jsonb,
  constraint audit_event_pkey PRIMARY KEY (id)
);
create INDEX audit_event_actor_identity_idx ON attune.audit_event USING btree (actor_identity, created, id) WHERE (actor_identity IS NOT NULL);
create INDEX audit_event_actor_login_idx ON attune.audit_event USING btree (actor_login text_pattern_ops, created, id) WHERE (actor_login IS NOT NULL);
create INDEX audit_event_category_idx ON attune.audit_event USING btree (category, created, id);
create INDEX audit_event_created_idx ON attune.audit_event USING btree (created, id);
create INDEX audit_event_event_type_idx ON attune.audit_event USING btree (event_type, created, id);
create INDEX audit_event_http_method_idx ON attune.audit_event USING btree (http_method, created, id) WHERE (http_method IS NOT NULL);
create INDEX audit_event_http_path_idx ON attune.audit_event USING btree (http_path text_pattern_ops, created, id) WHERE (http_path IS NOT NULL);
create INDEX audit_event_http_status_idx ON attune.audit_event USING btree (http_status, created, id) WHERE (http_status IS NOT NULL);
create INDEX audit_event_outcome_idx ON attune.audit_event USING btree (outcome, created, id) WHERE (outcome <> 'success'::attune.audit_outcome_enum);
create INDEX audit_event_request_id_idx ON attune.audit_event USING btree (request_id) WHERE (request_id IS NOT NULL);
create INDEX audit_event_resource_id_idx ON attune.audit_event USING btree (resource_id, created, id) WHERE (resource_id IS NOT NULL);
create INDEX audit_event_resource_ref_idx ON attune.audit_event USING btree (resource_ref, created, id) WHERE (resource_ref IS NOT NULL);
create INDEX audit_event_resource_type_idx ON attune.audit_event USING btree (resource_type, created, id) WHERE (resource_type IS NOT NULL);

create table attune.definition_epoch (
  singleton boolean not null default true,
  epoch bigint not null default 1,
  constraint definition_epoch_pkey PRIMARY KEY (singleton),
  constraint definition_epoch_singleton_only CHECK (singleton)
);

create table attune.definition_version (
  id bigint not null generated always as identity,
  entity bigint not null,
  author bigint,
  version integer not null,
  created timestamp with time zone not null default now(),
  entity_type text collate "C" not null,
  entity_ref text collate "C" not null,
  content_hash text collate "C" not null,
  content jsonb not null,
  constraint definition_version_pkey PRIMARY KEY (id),
  constraint definition_version_entity_type_entity_ref_version_key UNIQUE (entity_type, entity_ref, version),
  constraint definition_version_entity_type_known CHECK ((entity_type = ANY (ARRAY['pack'::text, 'runtime'::text, 'trigger'::text, 'sensor'::text, 'action'::text, 'rule'::text, 'policy'::text, 'permission_set'::text]))),
  constraint definition_version_version_positive CHECK ((version >= 1))
);
create INDEX definition_version_entity_idx ON attune.definition_version USING btree (entity_type, entity);

create table attune.dispatch_queue (
  name text collate "C" not null,
  runtime text collate "C" not null,
  placement jsonb not null default '{}'::jsonb,
  created timestamp with time zone not null default now(),
  constraint dispatch_queue_pkey PRIMARY KEY (name),
  constraint dispatch_queue_name_format CHECK (((name ~~ 'dispatch.%'::text) AND (length(name) <= 255)))
);

create table attune.enforcement (
  id bigint not null generated always as identity,
  created timestamp with time zone not null default now(),
  event bigint not null,
  rule bigint not null,
  rule_version bigint,
  execution bigint,
  resolved_at timestamp with time zone,
  status attune.enforcement_status_enum not null default 'created'::attune.enforcement_status_enum,
  condition attune.enforcement_condition_enum not null default 'all'::attune.enforcement_condition_enum,
  rule_ref text collate "C" not null,
  trigger_ref text collate "C" not null,
  reason_code text collate "C",
  reason_detail text,
  config jsonb,
  waiting_for text collate "C",
  due_at timestamp with time zone,
  constraint enforcement_pkey PRIMARY KEY (id),
  constraint enforcement_event_rule_key UNIQUE (event, rule),
  constraint enforcement_due_at_state CHECK (((due_at IS NULL) OR (status = 'created'::attune.enforcement_status_enum))),
  constraint enforcement_execution_state CHECK (((status = 'processed'::attune.enforcement_status_enum) = (execution IS NOT NULL))),
  constraint enforcement_reason_code_state CHECK (((status = 'disabled'::attune.enforcement_status_enum) = (reason_code IS NOT NULL))),
  constraint enforcement_resolved_at_state CHECK (((status = 'created'::attune.enforcement_status_enum) = (resolved_at IS NULL))),
  constraint enforcement_waiting_for_state CHECK ((((status = 'created'::attune.enforcement_status_enum) = (waiting_for IS NOT NULL)) AND (waiting_for = ANY (ARRAY['quiet'::text, 'release'::text]))))
);
create INDEX enforcement_created_idx ON attune.enforcement USING brin (created) WITH (autosummarize='on');
create INDEX enforcement_created_status_idx ON attune.enforcement USING btree (id) WHERE (status = 'created'::attune.enforcement_status_enum);
create INDEX enforcement_disabled_idx ON attune.enforcement USING btree (id) WHERE (status = 'disabled'::attune.enforcement_status_enum);
create INDEX enforcement_due_at_idx ON attune.enforcement USING btree (due_at) WHERE (due_at IS NOT NULL);
create INDEX enforcement_rule_ref_idx ON attune.enforcement USING btree (rule_ref, id);
create INDEX enforcement_trigger_ref_idx ON attune.enforcement USING btree (trigger_ref, id);

create table attune.event (
  id bigint not null generated always as identity,
  created timestamp with time zone not null default now(),
  trigger bigint not null,
  trigger_version bigint,
  source bigint,
  rule bigint,
  evaluated_at timestamp with time zone,
  announced_at timestamp with time zone default now(),
  announcements integer not null default 0,
  status attune.event_status_enum not null default 'pending'::attune.event_status_enum,
  matched integer,
  trigger_ref text collate "C" not null,
  source_ref text collate "C",
  rule_ref text collate "C",
  payload jsonb,
  config jsonb,
  cause_execution bigint,
  cause_root bigint,
  cause_depth integer not null default 0,
  constraint event_pkey PRIMARY KEY (id),
  constraint event_announced_at_state CHECK (((evaluated_at IS NULL) = (announced_at IS NOT NULL))),
  constraint event_cause_state CHECK ((((cause_execution IS NULL) = (cause_root IS NULL)) AND ((cause_execution IS NULL) = (cause_depth = 0)))),
  constraint event_evaluated_at_state CHECK (((status = 'evaluated'::attune.event_status_enum) = (evaluated_at IS NOT NULL))),
  constraint event_matched_state CHECK (((evaluated_at IS NULL) = (matched IS NULL)))
) with (fillfactor = 45);
create INDEX event_announced_at_idx ON attune.event USING btree (announced_at) WHERE (announced_at IS NOT NULL);
create INDEX event_cause_execution_idx ON attune.event USING btree (cause_execution, id) WHERE (cause_execution IS NOT NULL);
create INDEX event_cause_root_idx ON attune.event USING btree (cause_root, id) WHERE (cause_root IS NOT NULL);
create INDEX event_created_idx ON attune.event USING brin (created) WITH (autosummarize='on');
create INDEX event_rule_ref_idx ON attune.event USING btree (rule_ref, id) WHERE (rule_ref IS NOT NULL);
create INDEX event_source_ref_idx ON attune.event USING btree (source_ref, id) WHERE (source_ref IS NOT NULL);
create INDEX event_trigger_ref_idx ON attune.event USING btree (trigger_ref, id);

create table attune.event_key (
  owner bigint not null,
  event bigint not null,
  created timestamp with time zone not null default now(),
  expires_at timestamp with time zone,
  kind text collate "C" not null,
  key text collate "C" not null,
  constraint event_key_pkey PRIMARY KEY (kind, owner, key),
  constraint event_key_key_length CHECK (((octet_length(key) >= 1) AND (octet_length(key) <= 1024))),
  constraint event_key_kind_known CHECK ((kind = ANY (ARRAY['trigger'::text, 'rule'::text])))
);
create INDEX event_key_created_idx ON attune.event_key USING btree (created) WHERE (expires_at IS NULL);
create INDEX event_key_expires_at_idx ON attune.event_key USING btree (expires_at) WHERE (expires_at IS NOT NULL);

create table attune.execution (
  id bigint not null generated always as identity,
  created timestamp with time zone not null default now(),
  action bigint not null,
  action_version bigint not null,
  enforcement bigint,
  cause_event bigint,
  root bigint not null,
  parent bigint,
  original_execution bigint,
  executor bigint,
  timeout_seconds integer,
  priority integer not null default 0,
  depth integer not null default 0,
  artifact_retention_policy attune.artifact_retention_enum,
  artifact_retention_limit integer,
  workflow_task_index integer,
  workflow_task_iteration integer,
  announcements integer not null default 0,
  attempt integer not null default 1,
  not_before timestamp with time zone,
  waiting_since timestamp with time zone,
  status attune.execution_status_enum not null default 'requested'::attune.execution_status_enum,
  incarnation integer,
  worker bigint,
  scheduled_at timestamp with time zone,
  started_at timestamp with time zone,
  updated timestamp with time zone not null default now(),
  finished_at timestamp with time zone,
  settled_at timestamp with time zone,
  announced_at timestamp with time zone default now(),
  dispatch_queue text collate "C",
  waiting_for text collate "C",
  waiting_detail text,
  waiting_queue text collate "C",
  error text,
  result jsonb,
  action_ref text collate "C" not null,
  idempotency_key text collate "C",
  workflow_task_name text collate "C",
  permission_set_refs text[] not null default '{}'::text[],
  config jsonb,
  env_vars jsonb,
  retry jsonb,
  worker_selector jsonb,
  worker_tolerations jsonb,
  worker_affinity jsonb,
  failure attune.execution_status_enum generated always as (CASE WHEN (status = ANY (ARRAY['failed'::attune.execution_status_enum, 'cancelled'::attune.execution_status_enum, 'timeout'::attune.execution_status_enum, 'abandoned'::attune.execution_status_enum])) THEN status ELSE NULL::attune.execution_status_enum END) stored,
  start_deadline timestamp with time zone,
  deadline timestamp with time zone,
  constraint execution_pkey PRIMARY KEY (id),
  constraint execution_parent_fkey FOREIGN KEY (parent) REFERENCES attune.execution(id) ON DELETE CASCADE,
  constraint execution_announced_at_state CHECK (((settled_at IS NULL) = (announced_at IS NOT NULL))),
  constraint execution_artifact_retention_limit_positive CHECK ((artifact_retention_limit > 0)),
  constraint execution_attempt_positive CHECK ((attempt >= 1)),
  constraint execution_depth_range CHECK (((depth >= 0) AND (depth <= 1000))),
  constraint execution_dispatch_queue_state CHECK (((status <> 'scheduled'::attune.execution_status_enum) OR ((dispatch_queue IS NOT NULL) AND (scheduled_at IS NOT NULL)))),
  constraint execution_enforcement_state CHECK (((enforcement IS NULL) OR (parent IS NULL))),
  constraint execution_finished_at_state CHECK (((status = ANY (ARRAY['completed'::attune.execution_status_enum, 'failed'::attune.execution_status_enum, 'cancelled'::attune.execution_status_enum, 'timeout'::attune.execution_status_enum, 'abandoned'::attune.execution_status_enum])) = (finished_at IS NOT NULL))),
  constraint execution_idempotency_key_length CHECK (((octet_length(idempotency_key) >= 1) AND (octet_length(idempotency_key) <= 1024))),
  constraint execution_incarnation_state CHECK (((worker IS NULL) = (incarnation IS NULL))),
  constraint execution_not_before_state CHECK (((not_before IS NULL) OR (status = 'requested'::attune.execution_status_enum))),
  constraint execution_parent_state CHECK ((((parent IS NULL) = (depth = 0)) AND ((parent IS NOT NULL) OR (root = id)))),
  constraint execution_settled_at_state CHECK (((settled_at IS NULL) OR (finished_at IS NOT NULL))),
  constraint execution_started_at_state CHECK (((status <> ALL (ARRAY['running'::attune.execution_status_enum, 'canceling'::attune.execution_status_enum])) OR ((started_at IS NOT NULL) AND ((worker IS NOT NULL) OR (waiting_for IS NOT NULL))))),
  constraint execution_timeout_seconds_positive CHECK ((timeout_seconds > 0)),
  constraint execution_waiting_queue_state CHECK (((waiting_queue IS NULL) OR (waiting_for = 'worker'::text))),
  constraint execution_waiting_since_state CHECK (((waiting_for IS NULL) = (waiting_since IS NULL))),
  constraint execution_workflow_task_name_state CHECK (((workflow_task_name IS NULL) OR (parent IS NOT NULL)))
) with (fillfactor = 40);
create INDEX execution_action_ref_idx ON attune.execution USING btree (action_ref, id);
create INDEX execution_announced_at_idx ON attune.execution USING btree (announced_at) WHERE (announced_at IS NOT NULL);
create INDEX execution_created_idx ON attune.execution USING brin (created) WITH (autosummarize='on');
create INDEX execution_deadline_idx ON attune.execution USING btree (LEAST(start_deadline, deadline)) WHERE ((announced_at IS NOT NULL) AND (LEAST(start_deadline, deadline) IS NOT NULL));
create INDEX execution_executor_idx ON attune.execution USING btree (executor, id) WHERE (executor IS NOT NULL);
create INDEX execution_failure_idx ON attune.execution USING btree (failure, id) WHERE (failure IS NOT NULL);
create UNIQUE INDEX execution_idempotency_key_key ON attune.execution USING btree (idempotency_key) WHERE (idempotency_key IS NOT NULL);
create INDEX execution_not_before_idx ON attune.execution USING btree (not_before) WHERE (not_before IS NOT NULL);
create INDEX execution_overdue_idx ON attune.execution USING btree (id) WHERE ((announcements > 0) AND (announced_at IS NOT NULL) AND (waiting_for IS NULL));
create INDEX execution_parent_idx ON attune.execution USING btree (parent, id) WHERE (parent IS NOT NULL);
create INDEX execution_root_idx ON attune.execution USING btree (root, id) WHERE (parent IS NOT NULL);
create INDEX execution_waiting_for_idx ON attune.execution USING btree (waiting_for, id) WHERE (waiting_for IS NOT NULL);
create INDEX execution_waiting_queue_idx ON attune.execution USING btree (waiting_queue, id) WHERE (waiting_queue IS NOT NULL);
create UNIQUE INDEX execution_workflow_task_key ON attune.execution USING btree (parent, workflow_task_name, COALESCE(workflow_task_index, '-1'::integer), COALESCE(workflow_task_iteration, 0)) WHERE (workflow_task_name IS NOT NULL);

create table attune.execution_attempt (
  execution bigint not null,
  started_at timestamp with time zone not null default now(),
  worker bigint,
  attempt integer not null,
  incarnation integer,
  finished_at timestamp with time zone,
  outcome attune.execution_status_enum,
  error text,
  constraint execution_attempt_pkey PRIMARY KEY (execution, attempt),
  constraint execution_attempt_attempt_positive CHECK ((attempt >= 1)),
  constraint execution_attempt_outcome_known CHECK ((outcome = ANY (ARRAY['completed'::attune.execution_status_enum, 'failed'::attune.execution_status_enum, 'timeout'::attune.execution_status_enum, 'cancelled'::attune.execution_status_enum, 'abandoned'::attune.execution_status_enum]))),
  constraint execution_attempt_outcome_state CHECK (((finished_at IS NULL) = (outcome IS NULL)))
) with (fillfactor = 40);

create table attune.execution_history (
  execution bigint not null,
  at timestamp with time zone not null default now(),
  attempt integer not null,
  to_status attune.execution_status_enum not null,
  detail text
);
create INDEX execution_history_execution_idx ON attune.execution_history USING btree (execution);

create table attune.execution_log (
  execution bigint not null,
  at timestamp with time zone not null default now(),
  attempt integer not null,
  sequence integer not null,
  truncated boolean not null default false,
  stream text collate "C" not null,
  content text not null,
  constraint execution_log_pkey PRIMARY KEY (execution, attempt, sequence),
  constraint execution_log_attempt_positive CHECK ((attempt >= 1)),
  constraint execution_log_sequence_positive CHECK ((sequence >= 1)),
  constraint execution_log_stream_known CHECK ((stream = ANY (ARRAY['stdout'::text, 'stderr'::text, 'system'::text])))
);

create table attune.idempotent_request (
  owner bigint not null,
  key text collate "C" not null,
  request_hash text not null,
  created timestamp with time zone not null default now(),
  begun_at timestamp with time zone not null default now(),
  answered_at timestamp with time zone,
  answer jsonb,
  constraint idempotent_request_pkey PRIMARY KEY (owner, key),
  constraint idempotent_request_owner_fkey FOREIGN KEY (owner) REFERENCES attune.identity(id) ON DELETE CASCADE,
  constraint idempotent_request_key_length CHECK (((length(key) >= 1) AND (length(key) <= 255)))
);
create INDEX idempotent_request_created_idx ON attune.idempotent_request USING btree (created);

create table attune.identity (
  id bigint not null generated always as identity,
  login text collate "C" not null,
  display_name text,
  password_hash text,
  attributes jsonb not null default '{}'::jsonb,
  frozen boolean not null default false,
  created timestamp with time zone not null default now(),
  updated timestamp with time zone not null default now(),
  constraint identity_pkey PRIMARY KEY (id),
  constraint identity_login_key UNIQUE (login),
  constraint identity_login_format CHECK (((login <> ''::text) AND (length(login) <= 255)))
);
create INDEX identity_frozen_idx ON attune.identity USING btree (login) WHERE frozen;
create UNIQUE INDEX identity_ldap_key ON attune.identity USING btree ((((attributes -> 'ldap'::text) ->> 'server_url'::text)), (((attributes -> 'ldap'::text) ->> 'dn'::text))) WHERE (attributes ? 'ldap'::text);
create UNIQUE INDEX identity_oidc_key ON attune.identity USING btree ((((attributes -> 'oidc'::text) ->> 'issuer'::text)), (((attributes -> 'oidc'::text) ->> 'sub'::text)), (((attributes -> 'oidc'::text) ->> 'client_id'::text))) WHERE (attributes ? 'oidc'::text);
create TRIGGER identity_authority_changed AFTER UPDATE ON attune.identity FOR EACH ROW WHEN (((old.frozen IS DISTINCT FROM new.frozen) OR (old.attributes IS DISTINCT FROM new.attributes))) EXECUTE FUNCTION attune.grow_definition_epoch();
create TRIGGER identity_authority_gone AFTER DELETE ON attune.identity FOR EACH ROW EXECUTE FUNCTION attune.grow_definition_epoch();

create table attune.identity_role (
  id bigint not null generated always as identity,
  identity bigint not null,
  role text not null,
  source text not null default 'manual'::text,
  managed boolean not null default false,
  created timestamp with time zone not null default now(),
  updated timestamp with time zone not null default now(),
  constraint identity_role_pkey PRIMARY KEY (id),
  constraint identity_role_identity_role_source_key UNIQUE (identity, role, source),
  constraint identity_role_identity_fkey FOREIGN KEY (identity) REFERENCES attune.identity(id) ON DELETE CASCADE,
  constraint identity_role_role_format CHECK (((role <> ''::text) AND (length(role) <= 255)))
);
create INDEX identity_role_role_idx ON attune.identity_role USING btree (role, id);
create TRIGGER identity_role_authority_changed AFTER INSERT OR DELETE ON attune.identity_role FOR EACH ROW EXECUTE FUNCTION attune.grow_definition_epoch();

create table attune.inquiry (
  id bigint not null generated always as identity,
  execution bigint not null,
  prompt text not null,
  response_schema jsonb,
  assigned_to bigint,
  assigned_role text,
  status attune.inquiry_status_enum not null default 'pending'::attune.inquiry_status_enum,
  response jsonb,
  default_response jsonb,
  timeout_at timestamp with time zone,
  responded_at timestamp with time zone,
  responded_by bigint,
  resolved_at timestamp with time zone,
  created timestamp with time zone not null default now(),
  updated timestamp with time zone not null default now(),
  constraint inquiry_pkey PRIMARY KEY (id),
  constraint inquiry_execution_key UNIQUE (execution),
  constraint inquiry_assigned_to_fkey FOREIGN KEY (assigned_to) REFERENCES attune.identity(id) ON DELETE SET NULL,
  constraint inquiry_execution_fkey FOREIGN KEY (execution) REFERENCES attune.execution(id) ON DELETE CASCADE,
  constraint inquiry_responded_by_fkey FOREIGN KEY (responded_by) REFERENCES attune.identity(id) ON DELETE SET NULL,
  constraint inquiry_resolved_at_state CHECK (((status = 'pending'::attune.inquiry_status_enum) = (resolved_at IS NULL))),
  constraint inquiry_responded_at_state CHECK (((status = 'responded'::attune.inquiry_status_enum) = (responded_at IS NOT NULL)))
);
create INDEX inquiry_assigned_to_idx ON attune.inquiry USING btree (assigned_to, created) WHERE (assigned_to IS NOT NULL);
create INDEX inquiry_created_idx ON attune.inquiry USING btree (created);
create INDEX inquiry_pending_idx ON attune.inquiry USING btree (timeout_at) WHERE (status = 'pending'::attune.inquiry_status_enum);

create table attune.key (
  id bigint not null generated always as identity,
  ref text collate "C" not null,
  owner_type attune.owner_type_enum not null,
  owner text not null default ''::text,
  owner_identity bigint,
  owner_pack bigint,
  owner_action bigint,
  owner_sensor bigint,
  name text not null,
  description text,
  encrypted boolean not null default false,
  encryption_key_id text,
  value jsonb not null,
  created timestamp with time zone not null default now(),
  updated timestamp with time zone not null default now(),
  constraint key_pkey PRIMARY KEY (id),
  constraint key_owner_name_key UNIQUE (owner_type, owner, name),
  constraint key_ref_key UNIQUE (ref),
  constraint key_owner_action_fkey FOREIGN KEY (owner_action) REFERENCES attune.action(id) ON DELETE SET NULL,
  constraint key_owner_identity_fkey FOREIGN KEY (owner_identity) REFERENCES attune.identity(id),
  constraint key_owner_pack_fkey FOREIGN KEY (owner_pack) REFERENCES attune.pack(id) ON DELETE SET NULL,
  constraint key_owner_sensor_fkey FOREIGN KEY (owner_sensor) REFERENCES attune.sensor(id) ON DELETE SET NULL,
  constraint key_encryption_key_id_state CHECK ((encrypted = (encryption_key_id IS NOT NULL))),
  constraint key_name_format CHECK (((name <> ''::text) AND (length(name) <= 255))),
  constraint key_owner_state CHECK ((((owner_type = 'system'::attune.owner_type_enum) = (owner = ''::text)) AND ((owner_identity IS NULL) OR (owner_type = 'identity'::attune.owner_type_enum)) AND ((owner_pack IS NULL) OR (owner_type = 'pack'::attune.owner_type_enum)) AND ((owner_action IS NULL) OR (owner_type = 'action'::attune.owner_type_enum)) AND ((owner_sensor IS NULL) OR (owner_type = 'sensor'::attune.owner_type_enum)))),
  constraint key_ref_format CHECK (((ref ~ '^[a-z][a-z0-9_-]*(\.[a-z][a-z0-9_-]*)*$'::text) AND (length(ref) <= 255))),
  constraint key_value_state CHECK (((NOT encrypted) OR COALESCE((((value ->> 'kid'::text) = encryption_key_id) AND (value ? 'data'::text)), false)))
);
create INDEX key_owner_action_idx ON attune.key USING btree (owner_action) WHERE (owner_action IS NOT NULL);
create INDEX key_owner_identity_idx ON attune.key USING btree (owner_identity) WHERE (owner_identity IS NOT NULL);
create INDEX key_owner_pack_idx ON attune.key USING btree (owner_pack) WHERE (owner_pack IS NOT NULL);
create INDEX key_owner_sensor_idx ON attune.key USING btree (owner_sensor) WHERE (owner_sensor IS NOT NULL);

create table attune.ledger_check (
  id bigint not null generated always as identity,
  created timestamp with time zone not null default now(),
  window_from timestamp with time zone not null,
  window_to timestamp with time zone not null,
  balanced boolean not null,
  counts jsonb not null,
  imbalances jsonb not null default '[]'::jsonb,
  constraint ledger_check_pkey PRIMARY KEY (id),
  constraint ledger_check_window_to_range CHECK ((window_from <= window_to))
);
create INDEX ledger_check_created_idx ON attune.ledger_check USING btree (created);

create table attune.login_attempt (
  login_hash text not null,
  failures integer not null,
  locked_until timestamp with time zone,
  attempted_at timestamp with time zone not null default now(),
  created timestamp with time zone not null default now(),
  constraint login_attempt_pkey PRIMARY KEY (login_hash),
  constraint login_attempt_failures_positive CHECK ((failures > 0))
);
create INDEX login_attempt_created_idx ON attune.login_attempt USING btree (created, login_hash);

create table attune.migration (
  number integer not null,
  name text not null,
  checksum text not null,
  applied_at timestamp with time zone not null default now(),
  constraint migration_pkey PRIMARY KEY (number)
);

create table attune.notification (
  id bigint not null generated always as identity,
  channel text not null,
  entity_type text not null,
  entity text not null,
  activity text not null,
  state attune.notification_status_enum not null default 'created'::attune.notification_status_enum,
  content jsonb,
  created timestamp with time zone not null default now(),
  updated timestamp with time zone not null default now(),
  constraint notification_pkey PRIMARY KEY (id),
  constraint notification_channel_format CHECK (((channel <> ''::text) AND (length(channel) <= 255)))
);
create INDEX notification_channel_idx ON attune.notification USING btree (channel, created);
create INDEX notification_created_idx ON attune.notification USING btree (created);
create INDEX notification_entity_idx ON attune.notification USING btree (entity_type, entity, created);

create table attune.pack (
  id bigint not null generated always as identity,
  ref text collate "C" not null,
  label text not null,
  description text,
  version text not null,
  author text,
  email text,
  attune_version text,
  conf_schema jsonb not null default '{}'::jsonb,
  config jsonb not null default '{}'::jsonb,
  meta jsonb not null default '{}'::jsonb,
  tags text[] not null default '{}'::text[],
  runtime_deps text[] not null default '{}'::text[],
  dependencies jsonb not null default '[]'::jsonb,
  is_standard boolean not null default false,
  source_type text,
  source_url text,
  source_ref text,
  checksum text,
  checksum_verified boolean not null default false,
  content_hash text,
  storage_path text,
  installation_method text,
  installed_at timestamp with time zone,
  installed_by bigint,
  created timestamp with time zone not null default now(),
  updated timestamp with time zone not null default now(),
  constraint pack_pkey PRIMARY KEY (id),
  constraint pack_ref_key UNIQUE (ref),
  constraint pack_installed_by_fkey FOREIGN KEY (installed_by) REFERENCES attune.identity(id) ON DELETE SET NULL,
  constraint pack_conf_schema_object CHECK ((jsonb_typeof(conf_schema) = 'object'::text)),
  constraint pack_config_object CHECK ((jsonb_typeof(config) = 'object'::text)),
  constraint pack_dependencies_array CHECK ((jsonb_typeof(dependencies) = 'array'::text)),
  constraint pack_meta_object CHECK ((jsonb_typeof(meta) = 'object'::text)),
  constraint pack_ref_format CHECK (((ref ~ '^[a-z][a-z0-9_-]*$'::text) AND (length(ref) <= 255))),
  constraint pack_version_format CHECK ((version ~ '^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$'::text))
);

create table attune.pack_environment (
  id bigint not null generated always as identity,
  pack bigint not null,
  pack_ref text collate "C" not null,
  content_hash text not null,
  runtime bigint not null,
  runtime_ref text collate "C" not null,
  runtime_version text not null default ''::text,
  host text not null,
  path text not null,
  status attune.pack_environment_status_enum not null default 'pending'::attune.pack_environment_status_enum,
  manifest_checksum text,
  claimed_by_worker bigint,
  claim_expires_at timestamp with time zone,
  failures integer not null default 0,
  installed_at timestamp with time zone,
  last_verified_at timestamp with time zone,
  install_log text,
  install_error text,
  created timestamp with time zone not null default now(),
  updated timestamp with time zone not null default now(),
  constraint pack_environment_pkey PRIMARY KEY (id),
  constraint pack_environment_key UNIQUE (pack, content_hash, runtime, runtime_version, host),
  constraint pack_environment_pack_fkey FOREIGN KEY (pack) REFERENCES attune.pack(id) ON DELETE CASCADE,
  constraint pack_environment_runtime_fkey FOREIGN KEY (runtime) REFERENCES attune.runtime(id) ON DELETE CASCADE,
  constraint pack_environment_claim_expires_at_state CHECK (((claimed_by_worker IS NULL) = (claim_expires_at IS NULL))),
  constraint pack_environment_failures_not_negative CHECK ((failures >= 0))
);
create INDEX pack_environment_runtime_idx ON attune.pack_environment USING btree (runtime);

create table attune.pack_test_run (
  id bigint not null generated always as identity,
  pack bigint not null,
  pack_ref text collate "C" not null,
  pack_version text not null,
  trigger_reason text not null,
  total integer not null,
  passed integer not null,
  failed integer not null,
  skipped integer not null,
  duration_ms bigint not null,
  result jsonb not null,
  created timestamp with time zone not null default now(),
  constraint pack_test_run_pkey PRIMARY KEY (id),
  constraint pack_test_run_pack_fkey FOREIGN KEY (pack) REFERENCES attune.pack(id) ON DELETE CASCADE,
  constraint pack_test_run_duration_ms_not_negative CHECK ((duration_ms >= 0)),
  constraint pack_test_run_total_sum CHECK (((passed >= 0) AND (failed >= 0) AND (skipped >= 0) AND (total = ((passed + failed) + skipped)))),
  constraint pack_test_run_trigger_reason_known CHECK ((trigger_reason = ANY (ARRAY['install'::text, 'update'::text, 'manual'::text, 'validation'::text])))
);
create INDEX pack_test_run_pack_idx ON attune.pack_test_run USING btree (pack, created);

create table attune.permission_assignment (
  id bigint not null generated always as identity,
  identity bigint not null,
  permset bigint not null,
  created timestamp with time zone not null default now(),
  constraint permission_assignment_pkey PRIMARY KEY (id),
  constraint permission_assignment_identity_permset_key UNIQUE (identity, permset),
  constraint permission_assignment_identity_fkey FOREIGN KEY (identity) REFERENCES attune.identity(id) ON DELETE CASCADE,
  constraint permission_assignment_permset_fkey FOREIGN KEY (permset) REFERENCES attune.permission_set(id) ON DELETE CASCADE
);
create INDEX permission_assignment_created_idx ON attune.permission_assignment USING btree (created, id);
create INDEX permission_assignment_permset_idx ON attune.permission_assignment USING btree (permset, created, id);
create TRIGGER permission_assignment_authority_changed AFTER INSERT OR DELETE ON attune.permission_assignment FOR EACH ROW EXECUTE FUNCTION attune.grow_definition_epoch();

create table attune.permission_set (
  id bigint not null generated always as identity,
  ref text collate "C" not null,
  pack bigint not null,
  pack_ref text collate "C" not null,
  label text,
  description text,
  grants jsonb not null default '[]'::jsonb,
  created timestamp with time zone not null default now(),
  updated timestamp with time zone not null default now(),
  is_adhoc boolean not null default false,
  constraint permission_set_pkey PRIMARY KEY (id),
  constraint permission_set_ref_key UNIQUE (ref),
  constraint permission_set_pack_fkey FOREIGN KEY (pack) REFERENCES attune.pack(id) ON DELETE CASCADE,
  constraint permission_set_grants_array CHECK ((jsonb_typeof(grants) = 'array'::text)),
  constraint permission_set_pack_ref_prefix CHECK ((split_part(ref, '.'::text, 1) = pack_ref)),
  constraint permission_set_ref_format CHECK (((ref ~ '^[a-z][a-z0-9_-]*\.[a-z][a-z0-9_-]*$'::text) AND (length(ref) <= 255)))
);
create INDEX permission_set_pack_idx ON attune.permission_set USING btree (pack);

create table attune.permission_set_role (
  id bigint not null generated always as identity,
  permset bigint not null,
  role text not null,
  created timestamp with time zone not null default now(),
  constraint permission_set_role_pkey PRIMARY KEY (id),
  constraint permission_set_role_permset_role_key UNIQUE (permset, role),
  constraint permission_set_role_permset_fkey FOREIGN KEY (permset) REFERENCES attune.permission_set(id) ON DELETE CASCADE,
  constraint permission_set_role_role_format CHECK (((role <> ''::text) AND (length(role) <= 255)))
);
create INDEX permission_set_role_role_idx ON attune.permission_set_role USING btree (role);
create TRIGGER permission_set_role_authority_changed AFTER INSERT OR DELETE ON attune.permission_set_role FOR EACH ROW EXECUTE FUNCTION attune.grow_definition_epoch();

create table attune.policy (
  id bigint not null generated always as identity,
  ref text collate "C" not null,
  pack bigint not null,
  pack_ref text collate "C" not null,
  action bigint,
  action_ref text collate "C",
  pack_wide boolean not null default false,
  name text not null,
  description text,
  enabled boolean not null default true,
  method attune.policy_method_enum not null default 'enqueue'::attune.policy_method_enum,
  threshold integer not null,
  window_seconds integer,
  parameters text[] not null default '{}'::text[],
  tags text[] not null default '{}'::text[],
  created timestamp with time zone not null default now(),
  updated timestamp with time zone not null default now(),
  rule bigint,
  rule_ref text collate "C",
  key text,
  constraint policy_pkey PRIMARY KEY (id),
  constraint policy_ref_key UNIQUE (ref),
  constraint policy_action_fkey FOREIGN KEY (action) REFERENCES attune.action(id) ON DELETE CASCADE,
  constraint policy_pack_fkey FOREIGN KEY (pack) REFERENCES attune.pack(id) ON DELETE CASCADE,
  constraint policy_rule_fkey FOREIGN KEY (rule) REFERENCES attune.rule(id) ON DELETE CASCADE,
  constraint policy_action_ref_state CHECK (((action IS NULL) = (action_ref IS NULL))),
  constraint policy_method_state CHECK (((window_seconds IS NULL) OR (method <> 'cancel_running'::attune.policy_method_enum))),
  constraint policy_pack_ref_prefix CHECK ((split_part(ref, '.'::text, 1) = pack_ref)),
  constraint policy_pack_wide_state CHECK ((((((action IS NOT NULL))::integer + ((rule IS NOT NULL))::integer) + (pack_wide)::integer) <= 1)),
  constraint policy_ref_format CHECK (((ref ~ '^[a-z][a-z0-9_-]*\.[a-z][a-z0-9_-]*$'::text) AND (length(ref) <= 255))),
  constraint policy_rule_ref_state CHECK (((rule IS NULL) = (rule_ref IS NULL))),
  constraint policy_threshold_positive CHECK ((threshold > 0)),
  constraint policy_window_seconds_positive CHECK ((window_seconds > 0))
);
create INDEX policy_action_idx ON attune.policy USING btree (action) WHERE (action IS NOT NULL);
create INDEX policy_pack_idx ON attune.policy USING btree (pack);
create INDEX policy_rule_idx ON attune.policy USING btree (rule) WHERE (rule IS NOT NULL);
create TRIGGER policy_queue_changed BEFORE UPDATE ON attune.policy FOR EACH ROW WHEN (((((((((old.enabled IS DISTINCT FROM new.enabled) OR (old.method IS DISTINCT FROM new.method)) OR (old.action IS DISTINCT FROM new.action)) OR (old.rule IS DISTINCT FROM new.rule)) OR (old.pack_wide IS DISTINCT FROM new.pack_wide)) OR (old.parameters IS DISTINCT FROM new.parameters)) OR (old.key IS DISTINCT FROM new.key)) OR (old.window_seconds IS DISTINCT FROM new.window_seconds))) EXECUTE FUNCTION attune.release_policy_queue();
create TRIGGER policy_queue_gone BEFORE DELETE ON attune.policy FOR EACH ROW EXECUTE FUNCTION attune.release_policy_queue();

create table attune.process (
  name text collate "C" not null,
  service text collate "C" not null,
  version text not null,
  schema_version integer not null,
  started_at timestamp with time zone not null default now(),
  last_heartbeat timestamp with time zone not null default now(),
  constraint process_pkey PRIMARY KEY (name),
  constraint process_service_known CHECK ((service = ANY (ARRAY['api'::text, 'executor'::text, 'worker'::text, 'sensor'::text, 'notifier'::text])))
);

create table attune.retention (
  target text collate "C" not null,
  max_age_seconds integer,
  position jsonb,
  horizon timestamp with time zone,
  pass_started_at timestamp with time zone,
  passed_at timestamp with time zone,
  pass_deleted bigint not null default 0,
  pass_kept bigint not null default 0,
  deleted bigint not null default 0,
  updated timestamp with time zone not null default now(),
  constraint retention_pkey PRIMARY KEY (target),
  constraint retention_max_age_seconds_positive CHECK ((max_age_seconds > 0))
);

create table attune.rule (
  id bigint not null generated always as identity,
  ref text collate "C" not null,
  pack bigint not null,
  pack_ref text collate "C" not null,
  label text not null,
  description text,
  enabled boolean not null default true,
  is_adhoc boolean not null default false,
  trigger bigint,
  trigger_ref text collate "C" not null,
  trigger_params jsonb not null default '{}'::jsonb,
  conditions jsonb not null default '[]'::jsonb,
  action bigint,
  action_ref text collate "C" not null,
  action_params jsonb not null default '{}'::jsonb,
  permission_set_refs text[],
  owner_identity bigint,
  retry jsonb,
  timeout_seconds integer,
  dedupe jsonb,
  throttle jsonb,
  debounce jsonb,
  priority integer,
  error_count bigint not null default 0,
  last_error text,
  last_error_at timestamp with time zone,
  created timestamp with time zone not null default now(),
  updated timestamp with time zone not null default now(),
  start_timeout_seconds integer,
  total_timeout_seconds integer,
  constraint rule_pkey PRIMARY KEY (id),
  constraint rule_ref_key UNIQUE (ref),
  constraint rule_action_fkey FOREIGN KEY (action) REFERENCES attune.action(id) ON DELETE SET NULL,
  constraint rule_pack_fkey FOREIGN KEY (pack) REFERENCES attune.pack(id) ON DELETE CASCADE,
  constraint rule_trigger_fkey FOREIGN KEY (trigger) REFERENCES attune.trigger(id) ON DELETE SET NULL,
  constraint rule_action_params_object CHECK ((jsonb_typeof(action_params) = 'object'::text)),
  constraint rule_pack_ref_prefix CHECK ((split_part(ref, '.'::text, 1) = pack_ref)),
  constraint rule_ref_format CHECK (((ref ~ '^[a-z][a-z0-9_-]*\.[a-z][a-z0-9_-]*$'::text) AND (length(ref) <= 255))),
  constraint rule_start_timeout_seconds_positive CHECK ((start_timeout_seconds > 0)),
  constraint rule_timeout_seconds_positive CHECK ((timeout_seconds > 0)),
  constraint rule_total_timeout_seconds_positive CHECK ((total_timeout_seconds > 0)),
  constraint rule_trigger_params_object CHECK ((jsonb_typeof(trigger_params) = 'object'::text))
);
create INDEX rule_action_idx ON attune.rule USING btree (action);
create INDEX rule_action_ref_idx ON attune.rule USING btree (action_ref);
create INDEX rule_owner_identity_idx ON attune.rule USING btree (owner_identity) WHERE (owner_identity IS NOT NULL);
create INDEX rule_pack_idx ON attune.rule USING btree (pack);
create INDEX rule_trigger_idx ON attune.rule USING btree (trigger);
create INDEX rule_trigger_ref_idx ON attune.rule USING btree (trigger_ref);

create table attune.rule_flow (
  rule bigint not null,
  expires_at timestamp with time zone not null default now(),
  kind text collate "C" not null,
  key text collate "C" not null,
  state jsonb,
  constraint rule_flow_pkey PRIMARY KEY (rule, kind, key),
  constraint rule_flow_kind_known CHECK ((kind = ANY (ARRAY['dedupe'::text, 'throttle'::text, 'debounce'::text])))
);
create INDEX rule_flow_expires_at_idx ON attune.rule_flow USING btree (expires_at, rule, kind, key);

create table attune.runtime (
  id bigint not null generated always as identity,
  ref text collate "C" not null,
  pack bigint not null,
  pack_ref text collate "C" not null,
  name text not null,
  aliases text[] not null default '{}'::text[],
  description text,
  distributions jsonb not null default '{}'::jsonb,
  installation jsonb,
  installers jsonb not null default '[]'::jsonb,
  execution_config jsonb not null default '{}'::jsonb,
  auto_detected boolean not null default false,
  detection_config jsonb not null default '{}'::jsonb,
  created timestamp with time zone not null default now(),
  updated timestamp with time zone not null default now(),
  constraint runtime_pkey PRIMARY KEY (id),
  constraint runtime_ref_key UNIQUE (ref),
  constraint runtime_pack_fkey FOREIGN KEY (pack) REFERENCES attune.pack(id) ON DELETE CASCADE,
  constraint runtime_execution_config_object CHECK ((jsonb_typeof(execution_config) = 'object'::text)),
  constraint runtime_pack_ref_prefix CHECK ((split_part(ref, '.'::text, 1) = pack_ref)),
  constraint runtime_ref_format CHECK (((ref ~ '^[a-z][a-z0-9_-]*\.[a-z][a-z0-9_-]*$'::text) AND (length(ref) <= 255)))
);
create INDEX runtime_pack_idx ON attune.runtime USING btree (pack);

create table attune.runtime_version (
  id bigint not null generated always as identity,
  runtime bigint not null,
  runtime_ref text collate "C" not null,
  version text not null,
  version_major integer,
  version_minor integer,
  version_patch integer,
  execution_config jsonb not null default '{}'::jsonb,
  distributions jsonb not null default '{}'::jsonb,
  is_default boolean not null default false,
  available boolean not null default true,
  verified_at timestamp with time zone,
  meta jsonb not null default '{}'::jsonb,
  created timestamp with time zone not null default now(),
  updated timestamp with time zone not null default now(),
  constraint runtime_version_pkey PRIMARY KEY (id),
  constraint runtime_version_runtime_version_key UNIQUE (runtime, version),
  constraint runtime_version_runtime_fkey FOREIGN KEY (runtime) REFERENCES attune.runtime(id) ON DELETE CASCADE
);
create UNIQUE INDEX runtime_version_default_key ON attune.runtime_version USING btree (runtime) WHERE is_default;

create table attune.sensor (
  id bigint not null generated always as identity,
  ref text collate "C" not null,
  pack bigint not null,
  pack_ref text collate "C" not null,
  label text not null,
  description text,
  entrypoint text not null,
  runtime bigint not null,
  runtime_ref text collate "C" not null,
  runtime_version_constraint text,
  enabled boolean not null default true,
  is_adhoc boolean not null default false,
  partitions integer not null default 1,
  param_schema jsonb,
  config jsonb,
  worker_selector jsonb not null default '{}'::jsonb,
  worker_tolerations jsonb not null default '[]'::jsonb,
  worker_affinity jsonb not null default '{}'::jsonb,
  log_retention_policy attune.artifact_retention_enum,
  log_retention_limit integer,
  artifact_retention_policy attune.artifact_retention_enum,
  artifact_retention_limit integer,
  created timestamp with time zone not null default now(),
  updated timestamp with time zone not null default now(),
  constraint sensor_pkey PRIMARY KEY (id),
  constraint sensor_ref_key UNIQUE (ref),
  constraint sensor_pack_fkey FOREIGN KEY (pack) REFERENCES attune.pack(id) ON DELETE CASCADE,
  constraint sensor_runtime_fkey FOREIGN KEY (runtime) REFERENCES attune.runtime(id),
  constraint sensor_artifact_retention_limit_positive CHECK ((artifact_retention_limit > 0)),
  constraint sensor_log_retention_limit_positive CHECK ((log_retention_limit > 0)),
  constraint sensor_pack_ref_prefix CHECK ((split_part(ref, '.'::text, 1) = pack_ref)),
  constraint sensor_partitions_positive CHECK ((partitions >= 1)),
  constraint sensor_ref_format CHECK (((ref ~ '^[a-z][a-z0-9_-]*\.[a-z][a-z0-9_-]*$'::text) AND (length(ref) <= 255)))
);
create INDEX sensor_pack_idx ON attune.sensor USING btree (pack);
create INDEX sensor_runtime_idx ON attune.sensor USING btree (runtime);

create table attune.sensor_run (
  id bigint not null generated always as identity,
  sensor bigint not null,
  sensor_ref text collate "C" not null,
  partition integer not null default 0,
  status attune.sensor_process_status_enum not null default 'starting'::attune.sensor_process_status_enum,
  worker bigint,
  incarnation integer,
  lease_expires_at timestamp with time zone,
  pid integer,
  consecutive_failures integer not null default 0,
  restart_count integer not null default 0,
  last_exit_code integer,
  last_signal text,
  last_error text,
  stderr_excerpt text,
  last_started_at timestamp with time zone,
  last_stopped_at timestamp with time zone,
  next_restart_at timestamp with time zone,
  checkpoint jsonb,
  created timestamp with time zone not null default now(),
  updated timestamp with time zone not null default now(),
  constraint sensor_run_pkey PRIMARY KEY (id),
  constraint sensor_run_sensor_partition_key UNIQUE (sensor, partition),
  constraint sensor_run_sensor_fkey FOREIGN KEY (sensor) REFERENCES attune.sensor(id) ON DELETE CASCADE,
  constraint sensor_run_consecutive_failures_not_negative CHECK ((consecutive_failures >= 0)),
  constraint sensor_run_incarnation_state CHECK (((worker IS NULL) = (incarnation IS NULL))),
  constraint sensor_run_next_restart_at_state CHECK (((status = 'backoff'::attune.sensor_process_status_enum) = (next_restart_at IS NOT NULL))),
  constraint sensor_run_partition_not_negative CHECK ((partition >= 0)),
  constraint sensor_run_pid_positive CHECK ((pid > 0)),
  constraint sensor_run_restart_count_not_negative CHECK ((restart_count >= 0))
);

create table attune.session (
  id uuid not null default gen_random_uuid(),
  identity bigint not null,
  refresh_hash text not null,
  rotated_at timestamp with time zone,
  created timestamp with time zone not null default now(),
  last_used_at timestamp with time zone,
  expires_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  end_reason text,
  user_agent text,
  ip text,
  api_token bigint,
  family_hash text not null,
  constraint session_pkey PRIMARY KEY (id),
  constraint session_family_hash_key UNIQUE (family_hash),
  constraint session_api_token_fkey FOREIGN KEY (api_token) REFERENCES attune.api_token(id) ON DELETE CASCADE,
  constraint session_identity_fkey FOREIGN KEY (identity) REFERENCES attune.identity(id) ON DELETE CASCADE,
  constraint session_end_reason_state CHECK (((ended_at IS NULL) = (end_reason IS NULL)))
);
create INDEX session_api_token_idx ON attune.session USING btree (api_token) WHERE (api_token IS NOT NULL);
create INDEX session_created_idx ON attune.session USING btree (created, id);
create INDEX session_ended_at_idx ON attune.session USING btree (created, id) WHERE (ended_at IS NULL);
create INDEX session_identity_idx ON attune.session USING btree (identity, created, id);

create table attune.sign_in (
  state_hash text not null,
  created timestamp with time zone not null default now(),
  identity bigint,
  code_hash text,
  code_challenge text,
  code_expires_at timestamp with time zone,
  redeemed_at timestamp with time zone,
  constraint sign_in_pkey PRIMARY KEY (state_hash),
  constraint sign_in_code_hash_key UNIQUE (code_hash),
  constraint sign_in_identity_fkey FOREIGN KEY (identity) REFERENCES attune.identity(id) ON DELETE CASCADE,
  constraint sign_in_code_hash_state CHECK ((((code_hash IS NULL) = (identity IS NULL)) AND ((code_hash IS NULL) = (code_challenge IS NULL)) AND ((code_hash IS NULL) = (code_expires_at IS NULL)))),
  constraint sign_in_redeemed_at_state CHECK (((redeemed_at IS NULL) OR (code_hash IS NOT NULL)))
);
create INDEX sign_in_created_idx ON attune.sign_in USING btree (created, state_hash);
create INDEX sign_in_identity_idx ON attune.sign_in USING btree (identity) WHERE (identity IS NOT NULL);

create table attune.signing_key (
  kid text not null,
  algorithm text not null,
  public_jwk jsonb not null,
  private_sealed jsonb not null,
  created timestamp with time zone not null default now(),
  retired_at timestamp with time zone,
  expires_at timestamp with time zone,
  constraint signing_key_pkey PRIMARY KEY (kid),
  constraint signing_key_expires_at_state CHECK (((expires_at IS NULL) OR (retired_at IS NOT NULL))),
  constraint signing_key_public_jwk_private CHECK ((NOT (public_jwk ? 'd'::text)))
);

create table attune.timer (
  id bigint not null generated always as identity,
  rule bigint not null,
  rule_ref text collate "C" not null,
  trigger_ref text collate "C" not null,
  params jsonb not null default '{}'::jsonb,
  next_fire_at timestamp with time zone,
  last_fire_at timestamp with time zone,
  fire_count bigint not null default 0,
  created timestamp with time zone not null default now(),
  updated timestamp with time zone not null default now(),
  constraint timer_pkey PRIMARY KEY (id),
  constraint timer_rule_key UNIQUE (rule),
  constraint timer_rule_fkey FOREIGN KEY (rule) REFERENCES attune.rule(id) ON DELETE CASCADE,
  constraint timer_fire_count_not_negative CHECK ((fire_count >= 0))
);
create INDEX timer_due_idx ON attune.timer USING btree (next_fire_at) WHERE (next_fire_at IS NOT NULL);

create table attune.trigger (
  id bigint not null generated always as identity,
  ref text collate "C" not null,
  pack bigint not null,
  pack_ref text collate "C" not null,
  label text not null,
  description text,
  enabled boolean not null default true,
  is_adhoc boolean not null default false,
  param_schema jsonb,
  out_schema jsonb,
  sensor bigint,
  sensor_ref text collate "C",
  webhook_enabled boolean not null default false,
  webhook_key_hash text collate "C",
  webhook_key_sealed jsonb,
  webhook_previous_key_hash text collate "C",
  webhook_previous_key_expires_at timestamp with time zone,
  webhook_config jsonb not null default '{}'::jsonb,
  created timestamp with time zone not null default now(),
  updated timestamp with time zone not null default now(),
  webhook_secret_sealed jsonb,
  webhook_previous_secret_sealed jsonb,
  webhook_previous_secret_expires_at timestamp with time zone,
  constraint trigger_pkey PRIMARY KEY (id),
  constraint trigger_ref_key UNIQUE (ref),
  constraint trigger_webhook_key_hash_key UNIQUE (webhook_key_hash),
  constraint trigger_pack_fkey FOREIGN KEY (pack) REFERENCES attune.pack(id) ON DELETE CASCADE,
  constraint trigger_sensor_fkey FOREIGN KEY (sensor) REFERENCES attune.sensor(id) ON DELETE SET NULL,
  constraint trigger_pack_ref_prefix CHECK ((split_part(ref, '.'::text, 1) = pack_ref)),
  constraint trigger_ref_format CHECK (((ref ~ '^[a-z][a-z0-9_-]*\.[a-z][a-z0-9_-]*$'::text) AND (length(ref) <= 255))),
  constraint trigger_webhook_config_object CHECK ((jsonb_typeof(webhook_config) = 'object'::text)),
  constraint trigger_webhook_previous_key_hash_state CHECK (((webhook_previous_key_hash IS NULL) = (webhook_previous_key_expires_at IS NULL))),
  constraint trigger_webhook_previous_secret_sealed_state CHECK (((webhook_previous_secret_sealed IS NULL) = (webhook_previous_secret_expires_at IS NULL)))
);
create INDEX trigger_pack_idx ON attune.trigger USING btree (pack);
create INDEX trigger_sensor_idx ON attune.trigger USING btree (sensor) WHERE (sensor IS NOT NULL);
create INDEX trigger_webhook_previous_key_hash_idx ON attune.trigger USING btree (webhook_previous_key_hash) WHERE (webhook_previous_key_hash IS NOT NULL);

create table attune.webhook_delivery (
  id bigint not null generated always as identity,
  created timestamp with time zone not null default now(),
  trigger bigint not null,
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
  method text collate "C",
  omitted integer not null default 0,
  constraint webhook_delivery_pkey PRIMARY KEY (id),
  constraint webhook_delivery_trigger_fkey FOREIGN KEY (trigger) REFERENCES attune.trigger(id) ON DELETE CASCADE,
  constraint webhook_delivery_omitted_not_negative CHECK ((omitted >= 0)),
  constraint webhook_delivery_status_code_range CHECK (((status_code >= 100) AND (status_code <= 599)))
);
create INDEX webhook_delivery_refused_idx ON attune.webhook_delivery USING btree (trigger, created, id) WHERE (status_code >= 400);
create INDEX webhook_delivery_trigger_idx ON attune.webhook_delivery USING btree (trigger, created, id);

create table attune.worker (
  id bigint not null generated always as identity,
  name text collate "C" not null,
  worker_type attune.worker_type_enum not null default 'local'::attune.worker_type_enum,
  worker_role attune.worker_role_enum not null default 'action'::attune.worker_role_enum,
  status attune.worker_status_enum not null default 'active'::attune.worker_status_enum,
  runtime bigint,
  host text,
  port integer,
  slots integer not null default 1,
  capabilities jsonb not null default '{}'::jsonb,
  meta jsonb not null default '{}'::jsonb,
  incarnation integer not null default 1,
  recovered_incarnation integer not null default 0,
  lease_expires_at timestamp with time zone,
  last_heartbeat timestamp with time zone,
  registered_at timestamp with time zone not null default now(),
  cordoned boolean not null default false,
  cordon_reason text,
  cordoned_by bigint,
  cordoned_at timestamp with time zone,
  created timestamp with time zone not null default now(),
  updated timestamp with time zone not null default now(),
  constraint worker_pkey PRIMARY KEY (id),
  constraint worker_name_key UNIQUE (name),
  constraint worker_cordoned_by_fkey FOREIGN KEY (cordoned_by) REFERENCES attune.identity(id) ON DELETE SET NULL,
  constraint worker_runtime_fkey FOREIGN KEY (runtime) REFERENCES attune.runtime(id) ON DELETE SET NULL,
  constraint worker_cordoned_at_state CHECK ((cordoned = (cordoned_at IS NOT NULL))),
  constraint worker_incarnation_positive CHECK ((incarnation >= 1)),
  constraint worker_name_format CHECK (((name <> ''::text) AND (length(name) <= 255))),
  constraint worker_port_range CHECK (((port >= 1) AND (port <= 65535))),
  constraint worker_recovered_incarnation_range CHECK (((recovered_incarnation >= 0) AND (recovered_incarnation <= incarnation))),
  constraint worker_slots_not_negative CHECK ((slots >= 0))
) with (fillfactor = 50);

create table attune.workflow_run (
  execution bigint not null,
  action_version bigint not null,
  state jsonb not null default '{}'::jsonb,
  variables jsonb not null default '{}'::jsonb,
  paused boolean not null default false,
  pause_reason text,
  error text,
  created timestamp with time zone not null default now(),
  updated timestamp with time zone not null default now(),
  constraint workflow_run_pkey PRIMARY KEY (execution),
  constraint workflow_run_execution_fkey FOREIGN KEY (execution) REFERENCES attune.execution(id) ON DELETE CASCADE,
  constraint workflow_run_pause_reason_state CHECK ((paused OR (pause_reason IS NULL)))
) with (fillfactor = 70);

CREATE OR REPLACE FUNCTION attune.gin_extract_query_trgm(text, internal, smallint, internal, internal, internal, internal)
 RETURNS internal
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE STRICT
AS '$libdir/pg_trgm', $function$gin_extract_query_trgm$function$;

CREATE OR REPLACE FUNCTION attune.gin_extract_value_trgm(text, internal)
 RETURNS internal
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE STRICT
AS '$libdir/pg_trgm', $function$gin_extract_value_trgm$function$;

CREATE OR REPLACE FUNCTION attune.gin_trgm_consistent(internal, smallint, text, integer, internal, internal, internal, internal)
 RETURNS boolean
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE STRICT
AS '$libdir/pg_trgm', $function$gin_trgm_consistent$function$;

CREATE OR REPLACE FUNCTION attune.gin_trgm_triconsistent(internal, smallint, text, integer, internal, internal, internal)
 RETURNS "char"
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE STRICT
AS '$libdir/pg_trgm', $function$gin_trgm_triconsistent$function$;

CREATE OR REPLACE FUNCTION attune.grow_definition_epoch()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  update attune.definition_epoch set epoch = epoch + 1;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION attune.gtrgm_compress(internal)
 RETURNS internal
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE STRICT
AS '$libdir/pg_trgm', $function$gtrgm_compress$function$;

CREATE OR REPLACE FUNCTION attune.gtrgm_consistent(internal, text, smallint, oid, internal)
 RETURNS boolean
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE STRICT
AS '$libdir/pg_trgm', $function$gtrgm_consistent$function$;

CREATE OR REPLACE FUNCTION attune.gtrgm_decompress(internal)
 RETURNS internal
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE STRICT
AS '$libdir/pg_trgm', $function$gtrgm_decompress$function$;

CREATE OR REPLACE FUNCTION attune.gtrgm_distance(internal, text, smallint, oid, internal)
 RETURNS double precision
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE STRICT
AS '$libdir/pg_trgm', $function$gtrgm_distance$function$;

CREATE OR REPLACE FUNCTION attune.gtrgm_in(cstring)
 RETURNS attune.gtrgm
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE STRICT
AS '$libdir/pg_trgm', $function$gtrgm_in$function$;

CREATE OR REPLACE FUNCTION attune.gtrgm_options(internal)
 RETURNS void
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE
AS '$libdir/pg_trgm', $function$gtrgm_options$function$;

CREATE OR REPLACE FUNCTION attune.gtrgm_out(attune.gtrgm)
 RETURNS cstring
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE STRICT
AS '$libdir/pg_trgm', $function$gtrgm_out$function$;

CREATE OR REPLACE FUNCTION attune.gtrgm_penalty(internal, internal, internal)
 RETURNS internal
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE STRICT
AS '$libdir/pg_trgm', $function$gtrgm_penalty$function$;

CREATE OR REPLACE FUNCTION attune.gtrgm_picksplit(internal, internal)
 RETURNS internal
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE STRICT
AS '$libdir/pg_trgm', $function$gtrgm_picksplit$function$;

CREATE OR REPLACE FUNCTION attune.gtrgm_same(attune.gtrgm, attune.gtrgm, internal)
 RETURNS internal
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE STRICT
AS '$libdir/pg_trgm', $function$gtrgm_same$function$;

CREATE OR REPLACE FUNCTION attune.gtrgm_union(internal, internal)
 RETURNS attune.gtrgm
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE STRICT
AS '$libdir/pg_trgm', $function$gtrgm_union$function$;

CREATE OR REPLACE FUNCTION attune.release_policy_queue()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  with released as (
    delete from attune.admission where policy = old.id and status = 'queued' returning execution
  )
  update attune.execution e set waiting_for = null, waiting_detail = null, waiting_since = null,
    announced_at = now() - interval '1 hour', announcements = 0, updated = now()
  from released r
  where e.id = r.execution and e.status = 'requested' and e.waiting_for in ('policy', 'rate_limit');
  return coalesce(new, old);
end
$function$;

CREATE OR REPLACE FUNCTION attune.set_limit(real)
 RETURNS real
 LANGUAGE c
 STRICT
AS '$libdir/pg_trgm', $function$set_limit$function$;

CREATE OR REPLACE FUNCTION attune.show_limit()
 RETURNS real
 LANGUAGE c
 STABLE PARALLEL SAFE STRICT
AS '$libdir/pg_trgm', $function$show_limit$function$;

CREATE OR REPLACE FUNCTION attune.show_trgm(text)
 RETURNS text[]
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE STRICT
AS '$libdir/pg_trgm', $function$show_trgm$function$;

CREATE OR REPLACE FUNCTION attune.similarity(text, text)
 RETURNS real
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE STRICT
AS '$libdir/pg_trgm', $function$similarity$function$;

CREATE OR REPLACE FUNCTION attune.similarity_dist(text, text)
 RETURNS real
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE STRICT
AS '$libdir/pg_trgm', $function$similarity_dist$function$;

CREATE OR REPLACE FUNCTION attune.similarity_op(text, text)
 RETURNS boolean
 LANGUAGE c
 STABLE PARALLEL SAFE STRICT
AS '$libdir/pg_trgm', $function$similarity_op$function$;

CREATE OR REPLACE FUNCTION attune.strict_word_similarity(text, text)
 RETURNS real
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE STRICT
AS '$libdir/pg_trgm', $function$strict_word_similarity$function$;

CREATE OR REPLACE FUNCTION attune.strict_word_similarity_commutator_op(text, text)
 RETURNS boolean
 LANGUAGE c
 STABLE PARALLEL SAFE STRICT
AS '$libdir/pg_trgm', $function$strict_word_similarity_commutator_op$function$;

CREATE OR REPLACE FUNCTION attune.strict_word_similarity_dist_commutator_op(text, text)
 RETURNS real
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE STRICT
AS '$libdir/pg_trgm', $function$strict_word_similarity_dist_commutator_op$function$;

CREATE OR REPLACE FUNCTION attune.strict_word_similarity_dist_op(text, text)
 RETURNS real
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE STRICT
AS '$libdir/pg_trgm', $function$strict_word_similarity_dist_op$function$;

CREATE OR REPLACE FUNCTION attune.strict_word_similarity_op(text, text)
 RETURNS boolean
 LANGUAGE c
 STABLE PARALLEL SAFE STRICT
AS '$libdir/pg_trgm', $function$strict_word_similarity_op$function$;

CREATE OR REPLACE FUNCTION attune.word_similarity(text, text)
 RETURNS real
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE STRICT
AS '$libdir/pg_trgm', $function$word_similarity$function$;

CREATE OR REPLACE FUNCTION attune.word_similarity_commutator_op(text, text)
 RETURNS boolean
 LANGUAGE c
 STABLE PARALLEL SAFE STRICT
AS '$libdir/pg_trgm', $function$word_similarity_commutator_op$function$;

CREATE OR REPLACE FUNCTION attune.word_similarity_dist_commutator_op(text, text)
 RETURNS real
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE STRICT
AS '$libdir/pg_trgm', $function$word_similarity_dist_commutator_op$function$;

CREATE OR REPLACE FUNCTION attune.word_similarity_dist_op(text, text)
 RETURNS real
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE STRICT
AS '$libdir/pg_trgm', $function$word_similarity_dist_op$function$;

CREATE OR REPLACE FUNCTION attune.word_similarity_op(text, text)
 RETURNS boolean
 LANGUAGE c
 STABLE PARALLEL SAFE STRICT
AS '$libdir/pg_trgm', $function$word_similarity_op$function$;
