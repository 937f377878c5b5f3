-- Labels in the order of their life cycle or of the original; @attune/domain holds the same lists,
-- and a test compares both.

create type attune.worker_type_enum as enum ('local', 'remote', 'container');
create type attune.worker_role_enum as enum ('action', 'sensor');
create type attune.worker_status_enum as enum ('active', 'inactive', 'busy', 'error');
create type attune.sensor_process_status_enum as enum ('starting', 'running', 'stopped', 'failed', 'backoff');
create type attune.event_status_enum as enum ('pending', 'evaluated');
create type attune.enforcement_status_enum as enum ('created', 'processed', 'disabled');
create type attune.enforcement_condition_enum as enum ('any', 'all');
create type attune.execution_status_enum as enum (
  'requested', 'scheduled', 'running', 'completed', 'failed', 'canceling', 'cancelled', 'timeout', 'abandoned'
);
create type attune.inquiry_status_enum as enum ('pending', 'responded', 'timeout', 'cancelled');
create type attune.policy_method_enum as enum ('enqueue', 'cancel_new', 'cancel_running');
create type attune.owner_type_enum as enum ('system', 'identity', 'pack', 'action', 'sensor');
create type attune.notification_status_enum as enum ('created', 'queued', 'processing', 'error');
create type attune.artifact_type_enum as enum (
  'file_binary', 'file_datatable', 'file_image', 'file_text', 'other', 'progress', 'url'
);
create type attune.artifact_retention_enum as enum ('versions', 'days', 'hours', 'minutes');
create type attune.artifact_visibility_enum as enum ('public', 'private');
create type attune.pack_environment_status_enum as enum ('pending', 'installing', 'ready', 'failed', 'outdated');
create type attune.audit_category_enum as enum ('api', 'auth', 'rbac', 'secret', 'admin', 'execution', 'pack');
create type attune.audit_outcome_enum as enum ('success', 'failure', 'denied');

-- Work queues: no table uses these yet.
create type attune.work_queue_update_strategy_enum as enum ('immutable', 'replace', 'merge_patch');
create type attune.work_queue_batch_mode_enum as enum ('single', 'batch');
create type attune.work_queue_item_status_enum as enum (
  'queued', 'leased', 'retry', 'completed', 'failed', 'skipped', 'cancelled'
);
create type attune.work_queue_dispatch_status_enum as enum (
  'leased', 'dispatched', 'completed', 'failed', 'released', 'cancelled'
);
